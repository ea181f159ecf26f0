"""A routing table, compiled: the longest prefix in a few dictionary look-ups.

Within one prefix the kernel asks the routes in a fixed order, and so do we: for IPv4 by tos (larger first), then
metric (net/ipv4/fib_trie.c, fib_find_alias); for IPv6 by the length of the source prefix, then metric
(net/ipv6/ip6_fib.c).
"""

from collections.abc import Collection, Iterable

from msgspec import Struct

from backend.model.address import Family
from backend.model.route import LOCAL_TABLE, NextHop, Route, RouteKind
from backend.sim.packet import Packet

LEGACY_TOS_MASK = 0x1C
"""IPv4 route and rule look-ups ignore the upper three bits of the field (INET_DSCP_LEGACY_TOS_MASK)."""
REFUSALS = frozenset((RouteKind.UNREACHABLE, RouteKind.PROHIBIT, RouteKind.BLACKHOLE, RouteKind.THROW))

Buckets = dict[int, tuple[Route, ...]]


class CompiledTable(Struct, frozen=True, eq=False):
    name: str
    lengths: tuple[tuple[int, Buckets], ...]
    """(bits that the prefix leaves open, network >> those bits → routes), longest prefix first."""


class Found(Struct, frozen=True):
    route: Route
    next_hops: tuple[NextHop, ...]


def compile_table(family: Family, name: str, routes: Iterable[Route]) -> CompiledTable:
    width = 32 if family == 4 else 128
    by_length: dict[int, dict[int, list[Route]]] = {}
    for route in routes:
        open_bits = width - route.prefix.prefixlen
        key = int(route.prefix.network_address) >> open_bits
        by_length.setdefault(open_bits, {}).setdefault(key, []).append(route)
    order = _order4 if family == 4 else _order6
    return CompiledTable(
        name=name,
        lengths=tuple(
            (bits, {key: tuple(sorted(routes, key=order)) for key, routes in by_length[bits].items()})
            for bits in sorted(by_length)
        ),
    )


def _order4(route: Route) -> tuple[int, int, int]:
    # A table of its own comes first only where local and main share one trie: see `merged` in router.py.
    return (-(route.table == LOCAL_TABLE), -route.tos, route.metric)


def _order6(route: Route) -> tuple[int, int]:
    return (-(route.from_prefix.prefixlen if route.from_prefix else 0), route.metric)


def find(table: CompiledTable, packet: Packet, dead: Collection[str], oif: str | None = None) -> Found | None:
    """The route that the table has for the packet; `dead` are the interfaces that carry nothing."""
    destination = packet.destination
    for open_bits, buckets in table.lengths:
        routes = buckets.get(destination >> open_bits)
        if routes is None:
            continue
        for route in routes:
            if not _fits(route, packet):
                continue
            if route.kind in REFUSALS:
                return Found(route, ())
            hops = _usable(route.next_hops, dead, oif)
            if hops:
                return Found(route, hops)
    return None


def _fits(route: Route, packet: Packet) -> bool:
    if packet.family == 4:
        return not route.tos or route.tos == packet.tos & LEGACY_TOS_MASK
    origin = route.from_prefix
    if origin is None:
        return True
    open_bits = 128 - origin.prefixlen
    return packet.source >> open_bits == int(origin.network_address) >> open_bits


def _usable(hops: tuple[NextHop, ...], dead: Collection[str], oif: str | None) -> tuple[NextHop, ...]:
    """net/ipv4/fib_trie.c, fib_lookup_good_nhc: a dead next hop is passed over, and so is any that is not on `oif`."""
    if oif is None and not dead and len(hops) == 1 and not hops[0].flags:
        return hops
    return tuple(
        hop for hop in hops if "dead" not in hop.flags and hop.dev not in dead and (oif is None or hop.dev == oif)
    )
