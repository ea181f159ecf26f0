from collections.abc import Mapping
from ipaddress import ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from backend.facts.notes import Notes
from backend.facts.segments import infer_segments
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Router, Segment
from backend.model.route import NextHop, Route, RoutingTable
from tests.facts.sample import shown

UP = ("BROADCAST", "UP", "LOWER_UP")


def interface(name: str, *addresses: str, flags: tuple[str, ...] = UP, master: str | None = None) -> Interface:
    entries = []
    for text in addresses:
        own, _, length = text.partition("/")
        own, _, peer = own.partition(" peer ")
        entries.append(InterfaceAddress(ip_address(own), int(length), ip_address(peer) if peer else None))
    return Interface(name, flags=flags, master=master, addresses=tuple(entries))


def router(name: str, *interfaces: Interface, said: Mapping[str, str] | None = None, routed: str = "") -> Router:
    route = Route(ip_network("10.99.0.0/16"), next_hops=(NextHop(routed),))
    tables = (RoutingTable(4, 254, "main", (route,)),) if routed else ()
    return Router(name, interfaces=interfaces, segments=said or {}, tables=tables)


def infer(*routers: Router) -> tuple[dict[str, list[str]], list[str]]:
    notes = Notes("network")
    found = infer_segments(routers, notes)
    return {segment.name: members(segment) for segment in found}, shown(notes.diagnostics)


def members(segment: Segment) -> list[str]:
    return [f"{member.router} {member.interface}" for member in segment.members]


def one(name: str, *addresses: str) -> Router:
    return router(name, interface("eth0", *addresses))


def test_addresses_of_one_subnet_share_a_segment() -> None:
    found, diagnostics = infer(one("a", "10.1.1.1/24"), one("b", "10.1.1.2/24"), one("c", "10.1.2.1/24"))
    assert found == {"10.1.1.0/24": ["a eth0", "b eth0"], "10.1.2.0/24": ["c eth0"]}
    assert diagnostics == []


def test_prefixes_may_differ_as_long_as_each_address_is_in_the_others_subnet() -> None:
    assert infer(one("a", "10.1.1.1/24"), one("b", "10.1.1.2/25"))[0] == {"10.1.1.0/24": ["a eth0", "b eth0"]}
    apart, _ = infer(one("a", "10.1.1.200/24"), one("b", "10.1.1.2/25"))
    assert apart == {"10.1.1.0/24": ["a eth0"], "10.1.1.0/25": ["b eth0"]}


def test_small_subnets_and_ipv6_join_as_well() -> None:
    for first, second, name in (
        ("10.3.0.0/31", "10.3.0.1/31", "10.3.0.0/31"),
        ("10.4.0.1/30", "10.4.0.2/30", "10.4.0.0/30"),
        ("2001:db8:1::1/64", "2001:db8:1::2/64", "2001:db8:1::/64"),
        ("2001:db8:1::/127", "2001:db8:1::1/127", "2001:db8:1::/127"),
    ):
        assert infer(one("a", first), one("b", second))[0] == {name: ["a eth0", "b eth0"]}


def test_point_to_point_ends_join_with_their_mirror() -> None:
    a, b = one("a", "10.0.0.1 peer 10.0.0.2/32"), one("b", "10.0.0.2 peer 10.0.0.1/32")
    other = one("c", "10.0.0.3 peer 10.0.0.2/32")
    assert infer(a, b, other)[0] == {"10.0.0.1/32": ["a eth0", "b eth0"], "10.0.0.2/32": ["c eth0"]}
    assert infer(a, one("b", "10.0.0.2/24"))[0] == {"10.0.0.0/24": ["a eth0", "b eth0"]}


def test_any_address_of_an_interface_joins_and_joins_on() -> None:
    found, _ = infer(
        one("a", "10.1.1.1/24"), one("b", "10.1.1.2/24", "2001:db8::2/64"), one("c", "2001:db8::3/64", "10.9.9.1/24")
    )
    assert found == {"10.1.1.0/24": ["a eth0", "b eth0", "c eth0"]}


def test_loopback_link_local_and_what_is_down_join_nothing() -> None:
    down = interface("eth1", "10.1.1.2/24", flags=("BROADCAST",))
    lo = interface("lo", "127.0.0.1/8", "10.1.1.9/24", flags=("LOOPBACK", "UP"))
    found, _ = infer(
        router("a", lo, interface("eth0", "10.1.1.1/24", "fe80::1/64", "169.254.0.1/16")),
        router("b", lo, down, interface("eth0", "fe80::2/64", "169.254.0.2/16")),
    )
    assert found == {"10.1.1.0/24": ["a eth0"]}


def test_the_same_address_everywhere_is_a_segment_for_each() -> None:
    found, diagnostics = infer(*(router(name, interface("docker0", "172.17.0.1/16")) for name in ("hq-gw", "br-gw")))
    assert found == {
        "172.17.0.0/16 (br-gw docker0)": ["br-gw docker0"],
        "172.17.0.0/16 (hq-gw docker0)": ["hq-gw docker0"],
    }
    assert diagnostics == []


def test_an_address_twice_among_others_is_joined_and_told() -> None:
    found, diagnostics = infer(one("a", "10.1.1.1/24"), one("b", "10.1.1.1/24"), one("c", "10.1.1.2/24"))
    assert found == {"10.1.1.0/24": ["a eth0", "b eth0", "c eth0"]}
    assert diagnostics == [
        "network: expected one interface with this address on the segment, found a eth0, b eth0: '10.1.1.1/24'"
    ]


def test_the_metadata_comes_first() -> None:
    a = router("a", interface("eth0", "10.1.1.1/24"), interface("wg0"), said={"eth0": "lan", "wg0": "vpn"})
    b = router("b", interface("eth0", "10.1.1.2/24"), interface("wg9", "10.8.0.1/32"), said={"wg9": "vpn"})
    c = router("c", interface("eth0", "10.1.1.3/24"), interface("eth1", "10.5.0.1/24"), said={"eth1": "10.1.1.0/24"})
    assert infer(a, b, c)[0] == {
        "lan": ["a eth0"],
        "vpn": ["a wg0", "b wg9"],
        "10.1.1.0/24 (b eth0)": ["b eth0", "c eth0"],
        "10.1.1.0/24": ["c eth1"],
    }


def test_an_interface_without_address_has_a_segment_when_routes_use_it() -> None:
    tunnel, unused = interface("tun0", "fe80::1/64"), interface("eth9", "fe80::2/64")
    assert infer(router("a", tunnel, unused, routed="tun0"))[0] == {"a tun0": ["a tun0"]}


def test_ports_of_a_bridge_are_no_segments_of_their_own() -> None:
    port = interface("eth0", "fe80::1/64", master="br0")
    slave = interface("eth1", "fe80::2/64", "10.5.0.1/24", master="blue")
    bridge = interface("br0", "10.1.1.1/24")
    assert infer(router("a", port, slave, bridge))[0] == {"10.1.1.0/24": ["a br0"], "10.5.0.0/24": ["a eth1"]}


ADDRESSES = st.builds(
    lambda number, length: f"10.0.{number // 16}.{number % 16}/{length}", st.integers(0, 40), st.integers(22, 32)
)


@given(st.lists(ADDRESSES, max_size=12))
def test_the_answer_is_that_of_comparing_every_pair(addresses: list[str]) -> None:
    routers = [one(f"r{number:02}", text) for number, text in enumerate(addresses)]
    entries = [item.interfaces[0].addresses[0] for item in routers]
    group = list(range(len(entries)))
    for _ in entries:
        for i, first in enumerate(entries):
            for j, second in enumerate(entries):
                both = first.address in second.prefix and second.address in first.prefix
                if both and first.address != second.address:
                    group[i] = group[j] = min(group[i], group[j])
    wanted = {tuple(f"r{i:02} eth0" for i, of in enumerate(group) if of == root) for root in set(group)}
    assert {tuple(found) for found in infer(*routers)[0].values()} == wanted


def test_a_segment_of_thousands_is_one() -> None:
    routers = [one(f"r{n:04}", f"172.16.{n >> 8}.{n & 255}/12") for n in range(1, 3000)]
    found, diagnostics = infer(*routers)
    assert list(found) == ["172.16.0.0/12"]
    assert len(found["172.16.0.0/12"]) == 2999
    assert diagnostics == []
