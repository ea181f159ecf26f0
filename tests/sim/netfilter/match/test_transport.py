import pytest

from tests.sim.netfilter.match.asking import said

FIN, SYN, RST, PSH, ACK, URG, ECE = 1, 2, 4, 8, 16, 32, 64


@pytest.mark.parametrize(
    ("options", "flags", "expected"),
    [
        ("--syn", SYN, True),
        ("--syn", SYN | ECE | PSH, True),
        ("--syn", SYN | ACK, False),
        ("! --syn", SYN, False),
        ("! --syn", ACK, True),
        ("--tcp-flags SYN,ACK,FIN,RST SYN", SYN, True),
        ("--tcp-flags SYN,ACK,FIN,RST SYN", SYN | FIN, False),
        ("! --tcp-flags SYN,ACK,FIN,RST SYN", SYN | FIN, True),
        ("--tcp-flags ! SYN,ACK SYN", SYN, False),
        ("--tcp-flags ALL NONE", 0, True),
        ("--tcp-flags ALL NONE", URG, False),
        ("--tcp-flags ALL NONE", ECE, True),
        ("--tcp-flags ALL ALL", 63, True),
        ("--tcp-flags ALL FIN,PSH,URG", FIN | PSH | URG, True),
        ("--tcp-flags SYN SYN,ACK", SYN | ACK, False),
        ("--tcp-flags NONE NONE", SYN, True),
        ("--tcp-flags NONE SYN", SYN, False),
        ("--tcp-flags SYN,WARP SYN", SYN, "? tcp: flags SYN,WARP SYN (WARP is no flag of TCP)"),
    ],
)
def test_flags_of_tcp(options: str, flags: int, expected: bool | str) -> None:
    assert said(f"-p tcp -m tcp {options}", f"tcp flags={flags}") == expected


def test_flags_that_the_flow_does_not_name() -> None:
    assert said("-p tcp --syn", "tcp") == "the flow names no TCP flags"
    assert said("-p tcp ! --syn", "tcp") == "the flow names no TCP flags"
    assert said("-p tcp --tcp-flags NONE NONE", "tcp") is True


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-p tcp --tcp-option 2", "tcp mss=1460", True),
        ("-p tcp --tcp-option 2", "tcp mss=0", False),
        ("-p tcp ! --tcp-option 2", "tcp mss=0", True),
        ("-p tcp --tcp-option 2", "tcp", "whether the packet has TCP option 2"),
        ("-p tcp --tcp-option 8", "tcp mss=0", "whether the packet has TCP option 8"),
        ("-p tcp -m tcpmss --mss 1460", "tcp mss=1460", True),
        ("-p tcp -m tcpmss --mss 1361:1536", "tcp mss=1536", True),
        ("-p tcp -m tcpmss --mss 1361:1536", "tcp mss=1537", False),
        ("-p tcp -m tcpmss ! --mss 1361:1536", "tcp mss=1537", True),
        ("-p tcp -m tcpmss --mss 0:1536", "tcp mss=0", False),
        ("-p tcp -m tcpmss ! --mss 0:1536", "tcp mss=0", True),
        ("-p tcp -m tcpmss --mss 1:", "tcp", "the flow names no MSS"),
        ("-p sctp -m sctp --chunk-types all DATA:Be", "sctp", "the flow does not tell chunk-types all DATA:Be"),
        ("-p dccp -m dccp --dccp-types REQUEST", "dccp", "the flow does not tell dccp-types REQUEST"),
        ("-p dccp -m dccp ! --dccp-option 5", "dccp", "the flow does not tell dccp-option 5"),
    ],
)  # fmt: skip
def test_what_else_headers_hold(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected
