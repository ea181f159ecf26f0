import re
from ipaddress import ip_address

import pytest
from msgspec.structs import replace

from backend.facts.implied import connected_routes, local_table
from backend.facts.interfaces import read_interfaces
from backend.model.address import Family
from backend.model.interface import Interface, InterfaceAddress
from tests.facts.sample import configured, read


def interface(*addresses: str, name: str = "eth0", flags: tuple[str, ...] = ("UP", "MULTICAST")) -> Interface:
    entries = []
    for text in addresses:
        own, _, length = text.partition("/")
        own, _, peer = own.partition(" peer ")
        entries.append(InterfaceAddress(ip_address(own), int(length), ip_address(peer) if peer else None))
    return Interface(name, flags=flags, addresses=tuple(entries))


LOOPBACK = interface("127.0.0.1/8", "::1/128", name="lo", flags=("UP", "LOOPBACK"))


def local(family: Family, *interfaces: Interface, kernel: tuple[int, int] | None = None) -> list[str]:
    return [re.sub(r" proto kernel.*", "", route.text) for route in local_table(interfaces, family, kernel).routes]


def connected(family: Family, *interfaces: Interface) -> list[str]:
    return [route.text for route in connected_routes(interfaces, family)]


def test_an_address_makes_itself_local_and_its_subnet_connected() -> None:
    eth0 = interface("10.1.1.1/24")
    assert local(4, LOOPBACK, eth0) == [
        "local 10.1.1.1 dev eth0",
        "broadcast 10.1.1.255 dev eth0",
        "local 127.0.0.0/8 dev lo",
        "local 127.0.0.1 dev lo",
        "broadcast 127.255.255.255 dev lo",
    ]
    assert connected(4, LOOPBACK, eth0) == ["10.1.1.0/24 dev eth0 proto kernel scope link src 10.1.1.1"]


def test_before_5_14_the_first_address_of_a_subnet_is_a_broadcast_address() -> None:
    eth0 = interface("10.1.1.1/24")
    assert "broadcast 10.1.1.0 dev eth0" in local(4, eth0, kernel=(5, 10))
    assert "broadcast 10.1.1.0 dev eth0" not in local(4, eth0, kernel=(5, 14))
    assert "broadcast 10.1.1.0 dev eth0" not in local(4, eth0)


@pytest.mark.parametrize("address", ["10.1.1.0/31", "10.1.1.1/32", "10.1.1.1 peer 10.1.1.2/32"])
def test_subnets_too_small_for_broadcast_have_none(address: str) -> None:
    assert not any(text.startswith("broadcast") for text in local(4, interface(address), kernel=(5, 10)))


def test_a_peer_is_connected_by_itself() -> None:
    assert connected(4, interface("10.0.0.1 peer 10.0.0.2/32")) == [
        "10.0.0.2 dev eth0 proto kernel scope link src 10.0.0.1"
    ]


def test_an_interface_that_is_down_answers_but_connects_nothing() -> None:
    eth0 = interface("10.1.1.1/24", flags=("MULTICAST",))
    assert local(4, eth0) == ["local 10.1.1.1 dev eth0"]
    assert connected(4, eth0) == []


def test_ipv6_adds_anycast_and_multicast() -> None:
    eth0 = interface("2001:db8:1::1/64", "fe80::1/64", "2001:db8:2::1/128")
    assert local(6, LOOPBACK, eth0) == [
        "local ::1 dev lo",
        "anycast 2001:db8:1:: dev eth0",
        "local 2001:db8:1::1 dev eth0",
        "local 2001:db8:2::1 dev eth0",
        "anycast fe80:: dev eth0",
        "local fe80::1 dev eth0",
        "multicast ff00::/8 dev eth0",
    ]
    assert connected(6, LOOPBACK, eth0) == [
        "2001:db8:1::/64 dev eth0 proto kernel metric 256 pref medium",
        "2001:db8:2::1 dev eth0 proto kernel metric 256 pref medium",
        "fe80::/64 dev eth0 proto kernel metric 256 pref medium",
    ]
    hosts = local_table([eth0], 6, is_forwarding=False).routes
    assert not any(route.kind.value == "anycast" for route in hosts)


def test_an_address_that_is_not_ours_yet_is_not_local() -> None:
    entry = interface("2001:db8:1::1/64").addresses[0]
    eth0 = Interface("eth0", flags=("UP",), addresses=(replace(entry, flags=("tentative",)),))
    assert local(6, eth0) == []
    assert len(connected(6, eth0)) == 1


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("family", [4, 6])
def test_the_kernel_itself_makes_the_same_routes(family: Family) -> None:
    # With carrier on every link, for without it the kernel marks routes as linkdown.
    script = "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; ip link set w2 up; ip link set down0 up; sleep 0.3"
    settled = "for n in $(seq 60); do ip -6 addr show tentative | grep -q inet6 || break; sleep 0.05; done; sleep 0.1"
    shows = [f"ip -{family} route show table {table}" for table in ("local", "main")]
    addresses, own, main = configured(f"{{ {script}; {settled}; {settled}; }} >/dev/null; ip addr show", *shows)
    (interfaces, _), diagnostics = read(read_interfaces, addresses)
    assert diagnostics == []
    metric = re.compile(r" metric 77| expires \d+sec")
    for printed, made in ((own, local_table(interfaces, family).routes), (main, connected_routes(interfaces, family))):
        told = sorted(metric.sub("", line).strip() for line in printed.splitlines() if " proto kernel" in line)
        assert told == sorted(metric.sub("", route.text) for route in made)


def test_of_two_interfaces_on_one_subnet_the_first_comes_first() -> None:
    both = (interface("10.0.0.1/24", name="b"), interface("10.0.0.2/24", name="a"))
    assert [text.split()[2] for text in connected(4, *both)] == ["b", "a"]
