import pytest

from tests.sim.netfilter.match.asking import said

V6 = "tcp [2001:db8::1]:5 [2001:db8::2]:6"


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-m dscp --dscp 0x2e", "tcp tos=0xb8", True),
        ("-m dscp --dscp 46", "tcp tos=0xbb", True),
        ("-m dscp --dscp-class EF", "tcp tos=0xb8", True),
        ("-m dscp --dscp-class ef", "tcp tos=0xb8", True),
        ("-m dscp --dscp-class AF41", "tcp tos=0x88", True),
        ("-m dscp --dscp-class CS7", "tcp tos=0xe0", True),
        ("-m dscp ! --dscp-class BE", "tcp tos=0x03", False),
        ("-m dscp ! --dscp 0", f"{V6} tos=4", True),
        ("-m dscp --dscp-class AF44", "tcp", "? dscp: class AF44 (no DiffServ class of the name AF44)"),
        ("-m tos --tos 0x10", "tcp tos=0x10", True),
        ("-m tos --tos 0x10", "tcp tos=0x12", False),
        ("-m tos --tos 0x10/0x3f", "tcp tos=0x50", True),
        ("-m tos --tos Minimize-Delay", "tcp tos=0xd0", True),
        ("-m tos --tos Minimize-Delay", "tcp tos=0x11", False),
        ("-m tos ! --tos 0x10/0xff", "tcp tos=0x10", False),
        ("-m tos --tos Normal-Service", "tcp tos=0xc0", True),
        ("-m ecn --ecn-ip-ect 2", "tcp tos=0x12", True),
        ("-m ecn ! --ecn-ip-ect 0", "tcp tos=0x12", True),
        ("-p tcp -m ecn --ecn-tcp-ece", "tcp flags=64", True),
        ("-p tcp -m ecn ! --ecn-tcp-ece --ecn-tcp-cwr", "tcp flags=128", True),
        ("-p tcp -m ecn --ecn-tcp-cwr", "tcp flags=64", False),
        ("-p tcp -m ecn --ecn-tcp-cwr", "tcp", "the flow names no TCP flags"),
        ("-m ttl --ttl-eq 64", "tcp ttl=64", True),
        ("-m ttl --ttl 64", "tcp ttl=64", True),
        ("-m ttl ! --ttl-eq 64", "tcp ttl=64", False),
        ("-m ttl --ttl-lt 64", "tcp ttl=64", False),
        ("-m ttl --ttl-lt 64", "tcp ttl=63", True),
        ("-m ttl --ttl-gt 63", "tcp ttl=64", True),
        ("-m hl --hl-gt 63", f"{V6} ttl=63", False),
        ("-m hl --hl-eq 63", f"{V6} ttl=63", True),
        ("-m length --length 100", "tcp length=100", True),
        ("-m length --length 100:200", "tcp length=201", False),
        ("-m length ! --length 100:200", "tcp length=201", True),
        ("-m length --length 100:", "tcp length=65535", True),
        ("-m length --length :99", f"{V6} length=99", True),
        ("-m length --length 100", "tcp", "the flow names no length"),
        ("-m length --length 0:65535", "tcp", True),
    ],
)
def test_fields_of_the_header(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected
