from ipaddress import ip_address

import pytest

from backend.model.address import Family, parse_address
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Router
from backend.sim.netfilter.selecting import first_address, source_towards


def interface(name: str, *addresses: str, master: str | None = None) -> Interface:
    """An address is written `10.0.0.1/24 secondary`, with what iproute2 prints behind it."""
    return Interface(name, addresses=tuple(map(entry, addresses)), master=master)


def entry(text: str) -> InterfaceAddress:
    address, *words = text.split()
    number, _, length = address.partition("/")
    said = dict(word.split("=") for word in words if "=" in word)
    peer = said.get("peer")
    return InterfaceAddress(
        parse_address(number),
        int(length),
        peer=parse_address(peer) if peer else None,
        scope=said.get("scope", "global"),
        flags=tuple(word for word in words if "=" not in word),
    )


def router(*interfaces: Interface, **vrfs: int) -> Router:
    return Router("r", interfaces=interfaces, vrfs=vrfs)


def towards(asked: Router, device: str, to: str) -> str | None:
    destination = ip_address(to)
    family: Family = 4 if destination.version == 4 else 6
    found = source_towards(asked, device, family, int(destination))
    return None if found is None else str(type(destination)(found))


LO = interface("lo", "127.0.0.1/8 scope=host", "::1/128 scope=host")


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        (("10.0.0.1/24", "10.1.0.1/24"), "10.0.0.1"),
        (("10.1.0.1/24", "10.0.0.1/24"), "10.0.0.1"),
        (("10.1.0.1/24", "10.2.0.1/24"), "10.1.0.1"),
        (("10.1.0.1/24", "10.0.0.2/24 secondary"), "10.1.0.1"),
        (("10.0.0.3/24 scope=site", "10.0.0.2/24 scope=link", "10.1.0.1/24"), "10.1.0.1"),
        (("10.3.0.1/24", "10.8.0.1/32 peer=10.0.7.9"), "10.3.0.1"),
        (("10.3.0.1/24", "10.8.0.1/30 peer=10.0.0.9"), "10.8.0.1"),
        (("2001:db8::1/64",), None),
    ],
)
def test_an_ipv4_address_is_taken_whose_subnet_holds_the_next_hop(
    addresses: tuple[str, ...], expected: str | None
) -> None:
    assert towards(router(LO, interface("eth0", *addresses)), "eth0", "10.0.0.9") == expected


def test_an_interface_without_ipv4_borrows_from_another_and_lo_comes_first() -> None:
    empty, other = interface("tun0"), interface("eth0", "10.0.0.1/24")
    assert towards(router(LO, empty, other), "tun0", "10.9.9.9") == "10.0.0.1"
    named = interface("lo", "127.0.0.1/8 scope=host", "10.255.0.1/32")
    assert towards(router(named, empty, other), "tun0", "10.9.9.9") == "10.255.0.1"


def test_addresses_are_borrowed_within_a_vrf_and_from_itself_first() -> None:
    outside = interface("eth0", "10.0.0.1/24")
    within = interface("eth1", "10.1.0.1/24", master="red")
    empty = interface("eth2", master="red")
    assert towards(router(LO, outside, within, empty, interface("red"), red=10), "eth2", "10.9.9.9") == "10.1.0.1"
    vrf = interface("red", "10.2.0.1/32")
    assert towards(router(LO, outside, within, empty, vrf, red=10), "eth2", "10.9.9.9") == "10.2.0.1"


@pytest.mark.parametrize(
    ("addresses", "to", "expected"),
    [
        (("2001:db8:1::1/64", "2001:db8:2::1/64"), "2001:db8:2::9", "2001:db8:2::1"),
        (("2001:db8:2::1/64", "2001:db8:2::2/64"), "2001:db8:2::3", "2001:db8:2::1"),
        (("2001:db8:2::1/64 deprecated", "2001:db8:1::1/64"), "2001:db8:2::9", "2001:db8:1::1"),
        (("2001:db8:2::1/64 tentative", "2001:db8:1::1/64"), "2001:db8:2::9", "2001:db8:1::1"),
        (("2001:db8:2::1/64 tentative optimistic",), "2001:db8:2::9", "2001:db8:9::1"),
        (("2001:db8:2::1/64 temporary", "2001:db8:1::1/64"), "2001:db8:2::9", "2001:db8:1::1"),
        (("2001:db8:2::1/64", "fe80::1/64"), "fe80::9", "fe80::1"),
        (("fe80::1/64", "2001:db8:2::1/64"), "2a00::9", "2001:db8:2::1"),
        (("fd00::1/64", "2001:db8:2::1/64"), "2a00::9", "2001:db8:2::1"),
        (("2001:db8:2::1/64", "fd00::1/64"), "fd77::9", "fd00::1"),
        (("2001:0:1::1/64", "2a00::1/64"), "2001:db8:2::9", "2a00::1"),
        (("10.0.0.1/24",), "2001:db8::9", "2001:db8:9::1"),
    ],
)
def test_an_ipv6_address_is_chosen_rule_by_rule(addresses: tuple[str, ...], to: str, expected: str) -> None:
    other = interface("eth1", "2001:db8:9::1/64", "fe80::2/64")
    assert towards(router(LO, interface("eth0", *addresses), other), "eth0", to) == expected


def test_the_very_address_is_taken_wherever_it_is() -> None:
    machine = router(LO, interface("eth0", "2001:db8:1::1/64"), interface("eth1", "2001:db8:2::1/64"))
    assert towards(machine, "eth0", "2001:db8:2::1") == "2001:db8:2::1"


@pytest.mark.parametrize(
    ("addresses", "to", "expected"),
    [
        (("10.1.0.1/24", "10.0.0.1/24"), "10.0.0.9", "10.1.0.1"),
        (("10.1.0.1/24 scope=link",), "10.0.0.9", "10.1.0.1"),
        (("2001:db8::1/64", "fe80::1/64"), "2001:db8::9", "2001:db8::1"),
        (("2001:db8::1/64", "fe80::1/64"), "fe80::9", "fe80::1"),
        (("fe80::1/64",), "2001:db8::9", "fe80::1"),
        (("2001:db8::1/64",), "fe80::9", None),
        (("2001:db8::1/64 tentative", "2001:db8::2/64"), "2001:db8::9", "2001:db8::2"),
        ((), "10.0.0.9", None),
    ],
)
def test_a_redirected_packet_goes_to_the_first_address_that_will_do(
    addresses: tuple[str, ...], to: str, expected: str | None
) -> None:
    destination = ip_address(to)
    family: Family = 4 if destination.version == 4 else 6
    found = first_address(router(interface("eth0", *addresses)), "eth0", family, int(destination))
    assert (None if found is None else str(type(destination)(found))) == expected
