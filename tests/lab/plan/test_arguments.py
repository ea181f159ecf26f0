from ipaddress import ip_address

import pytest

from backend.facts.policy import parse_rule
from backend.facts.routes import parse_route
from backend.lab.error import LabError
from backend.lab.plan import arguments
from backend.model.address import Family
from backend.model.interface import InterfaceAddress


@pytest.mark.parametrize(
    ("said", "family", "written"),
    [
        ("default via 10.0.0.1 dev eth0", 4, "default table 254 proto 3 scope global via 10.0.0.1 dev eth0"),
        ("10.1.0.0/16 dev tun0 src 10.0.0.9", 4, "10.1.0.0/16 table 254 proto 3 scope link src 10.0.0.9 dev tun0"),
        ("blackhole 10.9.0.0/16 metric 5", 4, "blackhole 10.9.0.0/16 table 254 proto 3 scope global metric 5"),
        ("10.2.0.0/16 tos 0x10 proto bird via 10.0.0.2 dev eth0 onlink table 77", 4,
         "10.2.0.0/16 tos 0x10 table 77 proto 12 scope global via 10.0.0.2 dev eth0 onlink"),
        ("10.3.0.0/16 nexthop via 10.0.0.2 dev eth0 weight 2 nexthop dev tun0", 4,
         "10.3.0.0/16 table 254 proto 3 scope global nexthop via 10.0.0.2 dev eth0 weight 2 nexthop dev tun0 weight 1"),
        ("10.4.0.0/16 via inet6 fe80::1 dev eth0", 4,
         "10.4.0.0/16 table 254 proto 3 scope global via inet6 fe80::1 dev eth0"),
        ("2001:db8::/32 from 2001:db8:1::/48 via fe80::1 dev eth0", 6,
         "2001:db8::/32 from 2001:db8:1::/48 table 254 proto 3 metric 1024 via fe80::1 dev eth0"),
    ],
)  # fmt: skip
def test_a_route_is_written_as_ip_route_add_reads_it(said: str, family: Family, written: str) -> None:
    assert arguments.route(parse_route(said, family)) == f"route add {written}"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("from 10.0.0.0/8 to 10.1.0.0/16 lookup 77 priority 5", "from 10.0.0.0/8 to 10.1.0.0/16 priority 5 lookup 77"),
        ("not iif eth0 oif eth1 goto 200 priority 5", "not from all iif eth0 oif eth1 priority 5 goto 200"),
        ("fwmark 0x10/0xff tos 0x10 blackhole priority 5", "from all fwmark 0x10/0xff tos 0x10 priority 5 blackhole"),
        ("ipproto tcp sport 22 dport 1-9 prohibit priority 5",
         "from all ipproto 6 sport 22-22 dport 1-9 priority 5 prohibit"),
        ("lookup main suppress_ifgroup 5 priority 5", "from all priority 5 lookup 254 suppress_ifgroup 5"),
        ("uidrange 0-9 lookup main suppress_prefixlength 0 priority 5",
         "from all uidrange 0-9 priority 5 lookup 254 suppress_prefixlength 0"),
    ],
)  # fmt: skip
def test_a_policy_rule_is_written_as_ip_rule_add_reads_it(said: str, written: str) -> None:
    assert arguments.policy_rule(parse_rule(said, 4)) == f"rule add {written}"


def test_an_address_is_written_without_its_route_where_the_facts_have_none() -> None:
    entry = InterfaceAddress(ip_address("10.0.0.1"), 32, ip_address("10.0.0.2"))
    assert arguments.address(entry, "tun0", True) == "address add 10.0.0.1 peer 10.0.0.2/32 scope global dev tun0"
    assert arguments.address(InterfaceAddress(ip_address("::2"), 64), "eth0", False).endswith("dev eth0 noprefixroute")


@pytest.mark.parametrize("name", ["", "eth0 up", "a/b", "a:1", "..", "eth0\nlink", "a%d", "à", "all", "é" * 8])
def test_a_name_that_is_no_interface_is_refused(name: str) -> None:
    with pytest.raises(LabError, match="interface"):
        arguments.device(name)


@pytest.mark.parametrize("name", ["eth0.100", "-x", "...", "日本", "a'b\"c\\", "#;*&", "a" * 15, "é" * 7])
def test_whatever_the_kernel_takes_is_a_name(name: str) -> None:
    assert arguments.device(name) == name


def test_a_table_without_a_known_number_gets_one_that_the_kernel_has() -> None:
    assert arguments.table_number((1 << 32) + 7) < 1 << 32
    assert arguments.table_number((1 << 32) + 7) != arguments.table_number((1 << 32) + 8)
