"""A routing table, compiled: the longest prefix in a few dictionary look-ups.

Within one prefix the kernel asks the routes in a fixed order, and so do we: for IPv4 by tos (larger first), then
metric (net/ipv4/fib_trie.c, fib_find_alias); for IPv6 by the length of the source prefix, then metric
(net/ipv6/ip6_fib.c).
"""

from collections.abc import Iterable

from msgspec import Struct

from backend.model.address import Family
from backend.model.route import LOCAL_TABLE, NextHop, Route, RouteKind
from backend.model.trace import Step, StepKind
from backend.sim.packet import Packet

LEGACY_TOS_MASK = 0x1C
"""IPv4 route and rule look-ups ignore the upper three bits of the field (INET_DSCP_LEGACY_TOS_MASK)."""
REFUSALS = frozenset((RouteKind.UNREACHABLE, RouteKind.PROHIBIT, RouteKind.BLACKHOLE, RouteKind.THROW))


class Found(Struct, frozen=True, eq=False):
    """A route as an answer; made when the table is compiled, so that an answer costs nothing to build."""

    route: Route
    next_hops: tuple[NextHop, ...]
    """Those that can be used; none where the route refuses."""
    step: Step


class CompiledTable(Struct, frozen=True, eq=False):
    name: str
    lengths: tuple[tuple[int, dict[int, tuple[Found, ...]]], ...]
    """(bits that the prefix leaves open, network >> those bits → routes), longest prefix first."""


class Linkdown(Struct, frozen=True):
    """What is done with next hops on interfaces without carrier."""

    ignoring: frozenset[str] = frozenset()
    """Interfaces that take such a next hop for none (ignore_routes_with_linkdown)."""
    unsaid: frozenset[str] = frozenset()
    """Those of which the facts do not say it."""


USED = Linkdown()


def compile_table(family: Family, name: str, routes: Iterable[Route], linkdown: Linkdown = USED) -> CompiledTable:
    width = 32 if family == 4 else 128
    by_length: dict[int, dict[int, list[Route]]] = {}
    for route in routes:
        if not route.next_hops or route.kind in REFUSALS or _usable(route, linkdown):
            open_bits = width - route.prefix.prefixlen
            key = int(route.prefix.network_address) >> open_bits
            by_length.setdefault(open_bits, {}).setdefault(key, []).append(route)
    order = _order4 if family == 4 else _order6
    return CompiledTable(
        name=name,
        lengths=tuple(
            (
                bits,
                {
                    key: tuple(_answer(route, name, linkdown) for route in sorted(held, key=order))
                    for key, held in by_length[bits].items()
                },
            )
            for bits in sorted(by_length)
        ),
    )


def _usable(route: Route, linkdown: Linkdown) -> tuple[NextHop, ...]:
    """fib_lookup_good_nhc in net/ipv4/fib_trie.c; find_match in net/ipv6/route.c."""
    if not any(hop.flags for hop in route.next_hops):
        return route.next_hops
    return tuple(
        hop
        for hop in route.next_hops
        if "dead" not in hop.flags and not ("linkdown" in hop.flags and hop.dev in linkdown.ignoring)
    )


def _order4(route: Route) -> tuple[bool, int, int]:
    # Table local comes first where it shares one trie with main: see `merged` in router.py.
    return (route.table != LOCAL_TABLE, -route.tos, route.metric)


def _order6(route: Route) -> tuple[int, int]:
    return (-(route.from_prefix.prefixlen if route.from_prefix else 0), route.metric)


def _answer(route: Route, table: str, linkdown: Linkdown) -> Found:
    usable = () if route.kind in REFUSALS else _usable(route, linkdown)
    name = "local" if route.table == LOCAL_TABLE else table
    outcome = _way(route, usable)
    if any("linkdown" in hop.flags and hop.dev in linkdown.unsaid for hop in usable):
        outcome += "; ignore_routes_with_linkdown is not in the facts and taken as 0"
    step = Step(StepKind.ROUTE, route.text, outcome, name, route.section or None, route.line or None)
    return Found(route, usable, step)


def _way(route: Route, hops: tuple[NextHop, ...]) -> str:
    if route.kind is not RouteKind.UNICAST:
        return route.kind.value
    return ", ".join(
        (f"via {hop.via} dev {hop.dev}" if hop.via is not None else f"on the link of {hop.dev}")
        + (f" weight {hop.weight}" if len(hops) > 1 else "")
        for hop in hops
    )


def find(table: CompiledTable, packet: Packet) -> Found | None:
    """The route that the table has for the packet."""
    destination = packet.destination
    for open_bits, buckets in table.lengths:
        for found in buckets.get(destination >> open_bits, ()):
            if _fits(found.route, packet):
                return found
    return None


def _fits(route: Route, packet: Packet) -> bool:
    if packet.family == 4:
        return not route.tos or route.tos == packet.tos & LEGACY_TOS_MASK
    origin = route.from_prefix
    if origin is None:
        return True
    open_bits = 128 - origin.prefixlen
    return packet.source >> open_bits == int(origin.network_address) >> open_bits
