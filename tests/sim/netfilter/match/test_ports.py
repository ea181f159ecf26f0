import pytest

from tests.sim.netfilter.match.asking import said

TCP = "tcp 10.0.0.1:4000 10.0.9.9:80"
NO_SOURCE = "tcp 10.0.0.1 10.0.9.9:80"
NO_PORTS = "tcp 10.0.0.1 10.0.9.9"


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-p tcp --dport 80", TCP, True),
        ("-p 6 --dport 80", TCP, True),
        ("-p tcp -m tcp --destination-port http", TCP, True),
        ("-p tcp ! --dport 80", TCP, False),
        ("-p tcp --dport ! 81", TCP, True),
        ("-p tcp --dport 80:90", TCP, True),
        ("-p tcp --dport 79:", TCP, True),
        ("-p tcp --dport :80", TCP, True),
        ("-p tcp --dport :79", TCP, False),
        ("-p tcp ! --dport 81:", TCP, True),
        ("-p tcp --sport 4000 --dport 80", TCP, True),
        ("-p tcp --sport 4001 --dport 80", TCP, False),
        ("-p tcp --source-port 1024:65535", TCP, True),
        ("-p tcp --sport 1024:", NO_SOURCE, "the flow names no source port"),
        ("-p tcp --sport 0:65535", NO_SOURCE, True),
        ("-p tcp ! --sport 0:65535", NO_SOURCE, False),
        ("-p tcp --sport 1024: --dport 81", NO_SOURCE, False),
        ("-p tcp --dport 80", NO_PORTS, "the flow names no destination port"),
        ("-p tcp ! --dport 80", NO_PORTS, "the flow names no destination port"),
        ("-p udp --dport 80", TCP, False),
        ("-p udp --dport 53", "udp 10.0.0.1:5 10.0.9.9:53", True),
        ("-p udplite -m udplite --dport 53", "udplite 10.0.0.1:5 10.0.9.9:53", True),
        ("-p sctp -m sctp ! --sport 5", "sctp 10.0.0.1:5 10.0.9.9:53", False),
        ("-p dccp -m dccp --dport 50:60", "dccp 10.0.0.1:5 10.0.9.9:53", True),
        ("-p tcp --dport nosuchname", TCP, "? tcp: dport nosuchname (no port of the name nosuchname)"),
    ],
)
def test_one_port_or_a_range(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected


@pytest.mark.parametrize(
    ("options", "packet", "expected"),
    [
        ("--dports 22,80", TCP, True),
        ("--dports 22,70:90", TCP, True),
        ("--dports 22,81:90", TCP, False),
        ("! --dports 22,80", TCP, False),
        ("! --dports 22,81:90", TCP, True),
        ("--destination-ports http,https", TCP, True),
        ("--sports 4000,5000", TCP, True),
        ("--source-ports 80", TCP, False),
        ("--sports 4000", NO_SOURCE, "the flow names no source port"),
        ("! --dports 80", NO_PORTS, "the flow names no destination port"),
        ("--ports 4000", TCP, True),
        ("--ports 80", TCP, True),
        ("--ports 81,90:100", TCP, False),
        ("! --ports 4000", TCP, False),
        ("! --ports 81,90:100", TCP, True),
        ("--ports 80", NO_SOURCE, True),
        ("! --ports 80", NO_SOURCE, False),
        ("--ports 81", NO_SOURCE, "the flow names no source port"),
        ("--ports 4000", "tcp 10.0.0.1:4001 10.0.9.9", "the flow names no destination port"),
    ],
)
def test_many_ports(options: str, packet: str, expected: bool | str) -> None:
    assert said(f"-p tcp -m multiport {options}", packet) == expected
