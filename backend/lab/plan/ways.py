"""Where one router may send what is for an address, whatever marks, ports and interfaces its rules ask for. Pure.

Of one table the kernel takes the longest prefix, and of that the lowest metric, unless the next hops cannot be used or
the route is for another tos or source (fib_table_lookup in net/ipv4/fib_trie.c, fib6_table_lookup in
net/ipv6/route.c). Which tables are asked is left open, but for rules whose from or to excludes all possible packets.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from msgspec.structs import replace

from backend.model.address import Family, Prefix
from backend.model.network import Router
from backend.model.policy import PolicyRule, RuleAction, default_rules
from backend.model.route import LOCAL_TABLE, NextHop, Route, RouteKind, RoutingTable

Span = tuple[int, int]
"""The addresses from the first to the last; one that is known for certain is both."""
UNUSABLE = frozenset(("dead", "linkdown", "unresolved"))
BITS = {4: 32, 6: 128}


def span_of(prefix: Prefix) -> Span:
    first = int(prefix.network_address)
    return first, first | ((1 << (BITS[prefix.version] - prefix.prefixlen)) - 1)


def meet(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


class Ways:
    def __init__(self, router: Router, family: Family) -> None:
        self._router = router
        self._family = family
        self._devices = {each.name for each in router.interfaces if each.is_up and each.has_carrier}
        self._tables = {table.id: table for table in router.tables if table.family == family}
        self._indexes: dict[int, list[tuple[int, dict[int, list[Route]]]]] = {}
        local = [route for each in self._tables.values() for route in each.routes if route.kind is RouteKind.LOCAL]
        self._own = {int(route.prefix.network_address) for route in local if _is_plain(route)}
        self._wide = [span_of(route.prefix) for route in local if not _is_plain(route)]
        self._rules = [rule for rule in router.policy_rules if rule.family == family] or list(default_rules(family))
        self._selected = [_selected(rule) for rule in self._rules if rule.action is RuleAction.LOOKUP]
        self._is_local_first = _asks_local_first(self._rules)
        # Non-forwarding machines try another IPv6 router when one does not answer (rt6_score_route).
        self._is_strict = family == 4 or router.sysctls.get("net/ipv6/conf/all/forwarding") != "0"
        self.has_sources = any(rule.source is not None for rule in self._rules)
        """Whether where packets come from decides which tables are asked."""
        self.is_wide = bool(self._wide)

    def delivers(self, address: int) -> bool:
        """Whether the router takes the address for its own: also those within prefixes of table local."""
        return address in self._own or any(first <= address <= last for first, last in self._wide)

    def hops(self, span: Span, sources: Iterable[Span]) -> Iterator[tuple[NextHop, Span]]:
        """Each with that part of the addresses for which it may be used."""
        if span[0] == span[1] and self._is_local_first and span[0] in self._own:
            return
        for number in self._asked(span, list(sources)):
            for route in self._overlapping(number, span):
                if route.kind is RouteKind.UNICAST:
                    first, last = span_of(route.prefix)
                    for hop in route.next_hops:
                        yield hop, (max(first, span[0]), min(last, span[1]))

    def longest(self, address: int) -> Iterator[Route]:
        """Of each table but local, the route that a packet without tos takes."""
        for number in self._tables:
            if number != LOCAL_TABLE:
                routes = (route for bits, by_key in self._index(number) for route in by_key.get(address >> bits, ()))
                yield from islice((route for route in routes if not route.tos and not _is_dead(route)), 1)

    def _asked(self, span: Span, sources: Sequence[Span]) -> Iterable[int]:
        if self._family in self._router.rules_flaw:
            return list(self._tables)
        asked: dict[int, None] = {}
        for rule, destination, source in self._selected:
            if destination is not None and not meet(destination, span):
                continue
            if source is None or self._is_among(source, sources):
                asked.update(dict.fromkeys(self._router.vrfs.values() if rule.is_l3mdev else [rule.table or 0]))
        return [number for number in asked if number in self._tables]

    def _is_among(self, origin: Span, sources: Sequence[Span]) -> bool:
        """What the router sends itself comes from its own addresses."""
        return any(meet(origin, each) for each in sources) or any(origin[0] <= own <= origin[1] for own in self._own)

    def _overlapping(self, number: int, span: Span) -> Iterator[Route]:
        if span[0] == span[1]:
            return self._longest(number, span[0])
        return (route for route in self._tables[number].routes if meet(span_of(route.prefix), span))

    def _longest(self, number: int, address: int) -> Iterator[Route]:
        """From the longest prefix on, until one can be used for certain."""
        for open_bits, by_key in self._index(number):
            routes = by_key.get(address >> open_bits, ())
            for _, same in groupby(routes, key=lambda route: route.metric):
                found = list(same)
                yield from found
                if self._is_strict and any(map(self._is_certain, found)):
                    return

    def _index(self, number: int) -> list[tuple[int, dict[int, list[Route]]]]:
        found = self._indexes.get(number)
        if found is None:
            found = self._indexes[number] = _index(self._tables.get(number), BITS[self._family])
        return found

    def _is_certain(self, route: Route) -> bool:
        if route.tos or route.from_prefix is not None:
            return False
        return route.kind is not RouteKind.UNICAST or any(
            hop.dev in self._devices and not UNUSABLE.intersection(hop.flags) for hop in route.next_hops
        )


def _index(table: RoutingTable | None, bits: int) -> list[tuple[int, dict[int, list[Route]]]]:
    """(bits left open, network >> those bits → routes, lowest metric first), longest prefix first."""
    found: dict[int, dict[int, list[Route]]] = {}
    for route in table.routes if table is not None else ():
        open_bits = bits - route.prefix.prefixlen
        found.setdefault(open_bits, {}).setdefault(int(route.prefix.network_address) >> open_bits, []).append(route)
    for by_key in found.values():
        for routes in by_key.values():
            routes.sort(key=lambda route: route.metric)
    return sorted(found.items())


def _selected(rule: PolicyRule) -> tuple[PolicyRule, Span | None, Span | None]:
    """With the destinations and the sources that it may match; None: any."""
    prefixes = (None, None) if rule.inverted else (rule.destination, rule.source)
    destination, source = (span_of(prefix) if prefix is not None else None for prefix in prefixes)
    return rule, destination, source


def _is_dead(route: Route) -> bool:
    return bool(route.next_hops) and all("dead" in hop.flags for hop in route.next_hops)


def _asks_local_first(rules: Sequence[PolicyRule]) -> bool:
    born = default_rules(rules[0].family)[0]
    return replace(rules[0], text=born.text, section=born.section, line=born.line) == born


def _is_plain(route: Route) -> bool:
    """As the kernel makes it of an address, or 127.0.0.0/8."""
    is_loopback = route.prefix.version == 4 and int(route.prefix.network_address) >> 24 == 127
    is_alone = route.prefix.prefixlen == BITS[route.prefix.version]
    return route.table == LOCAL_TABLE and (is_alone or is_loopback)
