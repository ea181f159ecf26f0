from typing import Any

import pytest

from backend.model.route import RouteKind
from backend.sim.netfilter.match.addrtype import kind4
from tests.sim.build import router
from tests.sim.netfilter.match.asking import meeting, said

ROUTER = router("""
routes = [
    "default via 10.0.0.1 dev eth0", "blackhole 10.66.0.0/16", "unreachable 10.67.0.0/16", "local 10.70.0.0/16 dev lo",
    "default via fe80::1 dev eth0", "unreachable 2001:db8:66::/48", "2001:db8:77::/64 dev eth1",
    "local 2001:db8:70::/64 dev lo",
]
interface = [
    { name = "eth0", addresses = ["10.0.0.254/24", "2001:db8::254/64"] },
    { name = "eth1", addresses = ["10.0.1.254/24", "2001:db8:1::254/64"] },
]
""")


ALONE = "addrtype: whether eth0 alone has a route of the kind UNREACHABLE"


def destination(options: str, address: str, **more: Any) -> bool | str:
    source = "[2001:db8:9::1]" if ":" in address else "10.9.0.1"
    words = [f"[{address}]" if ":" in address else address, *(f"{name}={value}" for name, value in more.items())]
    return said(f"-m addrtype {options}", meeting(f"tcp {source} {' '.join(words)}", ROUTER))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.254", "LOCAL"),
        ("127.0.0.1", "LOCAL"),
        ("127.5.5.5", "LOCAL"),
        ("10.70.1.1", "LOCAL"),
        ("10.0.0.255", "BROADCAST"),
        ("255.255.255.255", "BROADCAST"),
        ("0.0.0.0", "BROADCAST"),
        ("224.0.0.1", "MULTICAST"),
        ("239.255.255.255", "MULTICAST"),
        ("10.0.0.9", "UNICAST"),
        ("192.0.2.1", "UNICAST"),
        ("10.66.0.1", "UNICAST"),
        ("10.67.0.1", "UNICAST"),
    ],
)
def test_an_address_of_ipv4_has_one_type(address: str, expected: str) -> None:
    types = ("UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "MULTICAST", "ANYCAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT")
    found = [name for name in types if destination(f"--dst-type {name}", address)]
    assert found == [expected]
    assert destination(f"! --dst-type {expected}", address) is False


@pytest.mark.parametrize(
    ("options", "address", "expected"),
    [
        ("--dst-type LOCAL,BROADCAST", "10.0.0.255", True),
        ("--dst-type local", "10.0.0.254", True),
        ("--dst-type LOC", "10.0.0.254", True),
        ("--dst-type LOCAL --limit-iface-in", "10.0.0.254", True),
        ("--dst-type LOCAL --limit-iface-in", "10.0.1.254", False),
        ("--dst-type UNICAST --limit-iface-in", "10.0.1.254", True),
        ("--dst-type LOCAL --limit-iface-out", "10.0.1.254", True),
        ("--dst-type LOCAL --limit-iface-out", "10.0.0.254", False),
        ("--src-type UNICAST --dst-type LOCAL", "10.0.0.254", True),
        ("! --src-type UNICAST --dst-type LOCAL", "10.0.0.254", False),
        ("--src-type LOCAL", "10.0.0.254", False),
        ("--dst-type WARP", "10.0.0.254", "? addrtype: dst-type WARP (no such word: WARP)"),
    ],
)
def test_types_of_ipv4(options: str, address: str, expected: bool | str) -> None:
    assert destination(options, address, iif="eth0", oif="eth1") == expected


@pytest.mark.parametrize(
    ("options", "address", "expected"),
    [
        ("--dst-type LOCAL", "2001:db8::254", True),
        ("--dst-type LOCAL", "2001:db8::1", False),
        ("--dst-type LOCAL", "2001:db8:70::1", True),
        ("--dst-type UNICAST", "2001:db8::254", True),
        ("--dst-type UNICAST", "ff02::1", False),
        ("--dst-type UNICAST", "::ffff:10.0.0.1", False),
        ("--dst-type UNICAST", "::", False),
        ("--dst-type UNSPEC", "::", True),
        ("! --dst-type UNSPEC", "::1", True),
        ("--dst-type MULTICAST", "ff02::1", True),
        ("--dst-type UNICAST,MULTICAST", "ff02::1", False),
        ("--dst-type UNICAST,LOCAL", "2001:db8::254", True),
        ("--dst-type UNICAST,LOCAL", "2001:db8::1", False),
        ("--dst-type UNREACHABLE", "2001:db8:66::1", True),
        ("--dst-type UNREACHABLE", "2001:db8:67::1", False),
        ("--dst-type UNREACHABLE,LOCAL", "2001:db8::254", True),
        ("--dst-type ANYCAST", "2001:db8:77::", True),
        ("--dst-type ANYCAST", "2001:db8:77::1", False),
        ("--dst-type LOCAL --limit-iface-in", "2001:db8::254", True),
        ("--dst-type LOCAL --limit-iface-in", "2001:db8:1::254", False),
        ("! --dst-type LOCAL --limit-iface-out", "2001:db8:1::254", False),
        ("--dst-type UNREACHABLE --limit-iface-in", "2001:db8:66::1", ALONE),
        ("--dst-type BROADCAST", "2001:db8::1", "? addrtype: dst-type BROADCAST (IPv6 has no BROADCAST)"),
    ],
)  # fmt: skip
def test_types_of_ipv6(options: str, address: str, expected: bool | str) -> None:
    assert destination(options, address, iif="eth0", oif="eth1") == expected


def test_only_table_local_is_asked_once_it_is_apart_from_main() -> None:
    text = 'routes = ["127.5.0.0/16 dev eth0"]\ninterface = [{ name = "eth0", addresses = ["10.0.0.254/24"] }]'
    assert kind4(router(text), 0x7F050001) is RouteKind.UNICAST
    assert kind4(router(f'rules = ["from all lookup 7 pref 100"]\n{text}'), 0x7F050001) is RouteKind.LOCAL
