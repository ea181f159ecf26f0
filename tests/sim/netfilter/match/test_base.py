import pytest

from tests.sim.netfilter.match.asking import said

TCP = "tcp 10.0.0.1:4000 10.0.9.9:80 iif=eth0 oif=eth1"
TCP6 = "tcp [2001:db8::1]:4000 [2001:db8:9::9]:80"


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-s 10.0.0.0/24", TCP, True),
        ("-s 10.0.0.1", TCP, True),
        ("-s 10.0.0.1/32", TCP, True),
        ("-s 10.0.0.2", TCP, False),
        ("! -s 10.0.0.1", TCP, False),
        ("-s ! 10.0.0.2", TCP, True),
        ("-s 0.0.0.0/0", TCP, True),
        ("! -s 0.0.0.0/0", TCP, False),
        ("-s 10.0.0.1/255.0.0.255", TCP, True),
        ("-s 10.9.9.1/255.0.0.255", TCP, True),
        ("-s 10.0.0.2/255.0.0.255", TCP, False),
        ("! -s 10.0.0.2/255.0.0.255", TCP, True),
        ("-s 10.0.0.2,10.0.0.1", TCP, True),
        ("-d 10.0.9.0/255.255.255.0", TCP, True),
        ("-d 10.0.9.9", TCP, True),
        ("! -d 10.0.9.9", TCP, False),
        ("-d 10.0.8.0/24", TCP, False),
        ("-d 10.0.8.0/24,10.0.9.0/24", TCP, True),
        ("-d 0/0", TCP, True),
        ("! -d any/0", TCP, False),
        ("-s web.example", TCP, "? -s web.example ('web.example' does not appear to be an IPv4 or IPv6 address)"),
        ("-s 2001:db8::/32", TCP6, True),
        ("! -s 2001:db8::1", TCP6, False),
        ("-d 2001:db8:9::9/ffff:ffff:ffff::ffff", TCP6, True),
        ("-d 2001:db8:9::8/ffff:ffff:ffff::ffff", TCP6, False),
    ],
)  # fmt: skip
def test_addresses(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-i eth0", TCP, True),
        ("! -i eth0", TCP, False),
        ("-i eth", TCP, False),
        ("-i eth+", TCP, True),
        ("-i eth0+", TCP, True),
        ("! -i eth+", TCP, False),
        ("-i +", "tcp iif=", True),
        ("! -i +", "tcp iif=", False),
        ("-i eth0", "tcp iif=", False),
        ("! -i eth0", "tcp iif=", True),
        ("-i eth+", "tcp iif=", False),
        ("-o eth1", TCP, True),
        ("-o eth0", TCP, False),
        ("! -o eth+", "tcp oif=ppp0", True),
        ("-o ppp+", "tcp oif=ppp0", True),
        ("-o +", "tcp oif=", True),
        ("! -o +", "tcp oif=", False),
        ("! -o eth1", "tcp oif=", True),
    ],
)
def test_interfaces(rule: str, packet: str, expected: bool) -> None:
    assert said(rule, packet) == expected


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-p tcp", TCP, True),
        ("! -p tcp", TCP, False),
        ("-p ! udp", TCP, True),
        ("-p 6", TCP, True),
        ("-p TCP", TCP, True),
        ("-p gre", "47", True),
        ("-p 47", "gre", True),
        ("-p ipip", "94", True),
        ("-p ipencap", "4", True),
        ("-p all", TCP, True),
        ("-p all", "-", True),
        ("-p 0", "-", True),
        ("-p udp", "-", "the flow names no protocol"),
        ("! -p udp", "-", "the flow names no protocol"),
        ("-s 10.0.0.2 -p udp", "-", False),
        ("-p ipv6-icmp", "58 [2001:db8::1] [2001:db8::2]", True),
        ("-p icmpv6", "58 [2001:db8::1] [2001:db8::2]", True),
        ("-p warp", TCP, "? -p warp (no protocol of the name warp)"),
    ],
)
def test_protocols(rule: str, packet: str, expected: bool | str) -> None:
    assert said(rule, packet) == expected


@pytest.mark.parametrize(
    ("rule", "packet", "expected"),
    [
        ("-f", TCP, False),
        ("! -f", TCP, True),
        ("-4 -s 10.0.0.1", TCP, True),
        ("-6 -s 10.0.0.1", TCP, False),
        ("-4 -p tcp", TCP6, False),
        ("-6 -p tcp", TCP6, True),
    ],
)
def test_fragments_and_families(rule: str, packet: str, expected: bool) -> None:
    assert said(rule, packet) == expected
