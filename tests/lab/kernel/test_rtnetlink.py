"""What is told by netlink is what `ip` prints afterwards."""

import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address

import pytest

from backend.facts.policy import parse_rule
from backend.facts.routes import parse_route
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside, new_network
from backend.lab.kernel.rtnetlink import IFF_NOARP, IFF_UP, Veth
from backend.model.interface import InterfaceAddress

pytestmark = [pytest.mark.root, pytest.mark.serial]
INDEXES = {"lo": 1, "eth0": 5, "eth1": 6, "s1": 7}


class Machine:
    """A namespace with two ends of one cable and a switch."""

    def __init__(self) -> None:
        with new_network() as self.descriptor:
            self.channel = Channel()
        one = Veth("eth0", self.descriptor, "02:00:00:00:00:05", 1400, 5)
        other = Veth("eth1", self.descriptor, index=6)
        assert self.channel.send([rtnetlink.make_cable(one, other), rtnetlink.make_bridge("s1")]) == []
        ups = [rtnetlink.set_link(index, IFF_UP, IFF_UP) for index in (1, 5, 6)]
        quiet = [rtnetlink.without_generated_addresses(index) for index in (5, 6)]
        assert self.channel.send(quiet + ups) == []
        near = [(5, "10.0.0.1", 24), (6, "10.0.1.1", 24), (5, "2001:db8::1", 64)]
        entries = [(index, InterfaceAddress(ip_address(text), length)) for index, text, length in near]
        assert self.channel.send([rtnetlink.add_address(index, entry, True) for index, entry in entries]) == []

    def ip(self, *words: str) -> list[str]:
        with inside(self.descriptor):
            done = subprocess.run(["ip", *words], capture_output=True, text=True, check=True)
        return [" ".join(line.split()) for line in done.stdout.splitlines()]


@pytest.fixture
def machine() -> Iterator[Machine]:
    found = Machine()
    yield found
    found.channel.close()


def test_a_cable(machine: Machine) -> None:
    (line,) = machine.ip("-o", "link", "show", "eth0")
    assert line.startswith("5: eth0@eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400")
    assert "link/ether 02:00:00:00:00:05" in line


def test_a_cable_is_gone_with_one_of_its_ends(machine: Machine) -> None:
    assert machine.channel.send([rtnetlink.delete_link("eth1")]) == []
    assert [line.split()[1] for line in machine.ip("-o", "link", "show")] == ["lo:", "s1:"]
    assert machine.channel.send([rtnetlink.delete_link("eth1")]) == [(0, "No such device")]


def test_settings_of_a_link(machine: Machine) -> None:
    (bridge,) = machine.ip("-o", "link", "show", "s1")
    index = int(bridge.partition(":")[0])
    assert machine.channel.send([rtnetlink.set_link(6, IFF_NOARP, IFF_NOARP, master=index, group=5)]) == []

    (line,) = machine.ip("-o", "link", "show", "eth1")
    assert "NOARP" in line
    assert " master s1 " in line
    assert " group 5 " in line


@pytest.mark.parametrize(
    ("entry", "has_route", "shown"),
    [
        (InterfaceAddress(ip_address("10.7.0.1"), 24, broadcast=IPv4Address("10.7.0.255")), True,
         "inet 10.7.0.1/24 brd 10.7.0.255 scope global eth0"),
        (InterfaceAddress(ip_address("10.7.0.1"), 32, peer=ip_address("10.7.0.2")), True,
         "inet 10.7.0.1 peer 10.7.0.2/32 scope global eth0"),
        (InterfaceAddress(ip_address("169.254.1.1"), 16, scope="link"), False,
         "inet 169.254.1.1/16 scope link noprefixroute eth0"),
        (InterfaceAddress(ip_address("fe80::7"), 64, scope="link"), True, "inet6 fe80::7/64 scope link tentative"),
    ],
)  # fmt: skip
def test_addresses(machine: Machine, entry: InterfaceAddress, has_route: bool, shown: str) -> None:
    assert machine.channel.send([rtnetlink.add_address(5, entry, has_route)]) == []
    assert shown in machine.ip("addr", "show", "eth0")


TWICE = "nexthop via 2001:db8::3 dev eth0 weight 2"
ROUTES = [
    "10.9.0.0/16 via 10.0.0.2 dev eth0 proto static src 10.0.0.1 metric 7",
    "10.9.0.0/16 via 10.0.0.2 dev eth0 tos 0x10",
    "10.9.0.0/16 dev eth1 scope link",
    "10.9.9.0/24 via 10.66.0.1 dev eth0 onlink",
    "10.9.8.0/24 via inet6 fe80::2 dev eth0",
    "blackhole 10.66.0.0/16",
    "prohibit 10.67.0.0/16 metric 5",
    "unreachable 10.68.0.0/16",
    "throw 10.69.0.0/16",
    "10.9.7.0/24 nexthop via 10.0.0.2 dev eth0 weight 3 nexthop via 10.0.1.2 dev eth1 weight 1",
    "default via 10.0.0.254 dev eth0",
    "2001:db8:9::/48 via 2001:db8::2 dev eth0 metric 50 pref medium",
    "2001:db8:8::/48 from 2001:db8:1::/48 via 2001:db8::2 dev eth0 metric 1024 pref medium",
    "blackhole 2001:db8:66::/48 dev lo metric 1024 pref medium",
    "2001:db8:7::/48 metric 1024 pref medium nexthop via 2001:db8::2 dev eth0 weight 1 " + TWICE,
]


@pytest.mark.parametrize("text", ROUTES)
def test_routes(machine: Machine, text: str) -> None:
    family = 6 if "2001" in text else 4
    route = parse_route(text, 6 if family == 6 else 4)
    assert machine.channel.send([rtnetlink.add_route(route, 77, INDEXES)]) == []

    (shown,) = machine.ip(f"-{family}", "-o", "route", "show", "table", "77")
    assert parse_route(shown.replace("\\", " "), 6 if family == 6 else 4).next_hops == route.next_hops
    assert sorted(shown.replace("\\", " ").split()) == sorted(text.split())


RULES = [
    "from 10.1.0.0/16 to 10.2.0.0/16 fwmark 0x10/0xff iif eth0 lookup 77",
    "not from all tos 0x10 ipproto tcp sport 1000-2000 dport 443 lookup 77",
    "from all oif eth1 uidrange 0-9 lookup 77 suppress_prefixlength 16",
    "from all lookup 77 suppress_ifgroup 5",
    "from all to 10.3.0.0/16 blackhole",
    "from all unreachable",
    "from all prohibit",
    "from all nop",
    "from all goto 32766",
    "from all lookup [l3mdev-table]",
    "from 2001:db8::/32 ipproto ipv6-icmp lookup 77",
    "from 2001:db8:1::/48 to 2001:db8:2::/48 prohibit",
]


@pytest.mark.parametrize("text", RULES)
def test_policy_rules(machine: Machine, text: str) -> None:
    family = 6 if "2001" in text else 4
    rule = parse_rule(text, 6 if family == 6 else 4, {}, 500)
    assert machine.channel.send([rtnetlink.add_rule(rule, rule.table or 0)]) == []
    assert f"500: {text}" in machine.ip(f"-{family}", "rule", "show")

    assert machine.channel.send([rtnetlink.delete_rule(rule, rule.table or 0)]) == []
    assert f"500: {text}" not in machine.ip(f"-{family}", "rule", "show")


@pytest.mark.parametrize("address", ["10.0.0.9", "2001:db8::9"])
def test_neighbors(machine: Machine, address: str) -> None:
    told = rtnetlink.add_neighbor(5, ip_address(address), "02:00:00:00:00:99")
    assert machine.channel.send([told]) == []
    assert f"{address} dev eth0 lladdr 02:00:00:00:00:99 PERMANENT" in machine.ip("neigh", "show")


def test_a_group_without_number_is_named() -> None:
    assert rtnetlink.group_number("default") == 0
    with pytest.raises(ValueError, match="dmz"):
        rtnetlink.group_number("dmz")


@pytest.mark.parametrize(("source", "tos"), [("10.0.0.1", 0x08), ("2001:db8::1", 0x28)])
def test_a_route_is_asked_for_with_as_much_of_the_tos_as_rules_look_at(source: str, tos: int) -> None:
    asked = rtnetlink.Asked(ip_address(source), ip_address(source), tos=0x28)
    assert rtnetlink.get_route(asked).body[3] == tos
