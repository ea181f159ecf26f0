"""The areas of a network: addresses that nothing in it tells apart."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from hashlib import blake2b

from msgspec import Struct

from backend.model.address import Family
from backend.model.network import Network
from backend.policy import edges
from backend.policy.edges import Edge, Flaw
from backend.policy.routes import routes
from backend.policy.sets import sets
from backend.policy.span import Span


class Area(Struct, frozen=True):
    spans: tuple[Span, ...]

    @property
    def size(self) -> int:
        return sum(span.size for span in self.spans)

    @property
    def first(self) -> int:
        return self.spans[0].low

    @property
    def second(self) -> int:
        """Another one than the first, if there is one."""
        span = self.spans[0]
        return span.low + 1 if span.size > 1 else self.spans[-1].high


class Ground(Struct, frozen=True):
    """All addresses of one family, cut where something changes: `keys[n]` is the same from `starts[n]` on."""

    family: Family
    starts: Sequence[int]
    keys: Sequence[int]
    flaws: tuple[Flaw, ...] = ()

    def areas(self, spans: Iterable[Span]) -> list[Area]:
        """Of these addresses, in the order of their first ones."""
        found: dict[int, list[Span]] = {}
        for span in spans:
            if span.family == self.family:
                for key, each in self._cut(span):
                    found.setdefault(key, []).append(each)
        return [Area(tuple(each)) for each in found.values()]

    def _cut(self, span: Span) -> Iterator[tuple[int, Span]]:
        at = bisect_right(self.starts, span.low) - 1
        low = span.low
        while low <= span.high:
            end = self.starts[at + 1] - 1 if at + 1 < len(self.starts) else span.high
            yield self.keys[at], Span(self.family, low, min(end, span.high))
            low, at = end + 1, at + 1


def ground(networks: Sequence[Network], family: Family) -> Ground:
    """Of several networks at once: what none of them tells apart."""
    flaws: list[Flaw] = []
    turns: dict[int, int] = {0: 0}
    seen: set[tuple[int, int, Hashable]] = set()
    for number, network in enumerate(networks):
        for each in _found(network, family):
            if isinstance(each, Flaw):
                flaws.append(each)
            elif (mark := (each.low, each.high, (number, each.key))) not in seen:
                seen.add(mark)
                bit = _bit((number, each.key))
                turns[each.low] = turns.get(each.low, 0) ^ bit
                turns[each.high + 1] = turns.get(each.high + 1, 0) ^ bit
    starts, keys, key = sorted(turns), [], 0
    for start in starts:
        key ^= turns[start]
        keys.append(key)
    return Ground(family, starts, keys, tuple(dict.fromkeys(flaws)))


def _found(network: Network, family: Family) -> Iterator[Edge | Flaw]:
    yield from edges.special(family)
    yield from edges.subnets(network, family)
    for router in network.routers:
        yield from edges.policy(router, family)
        yield from edges.rules(router, family)
        yield from routes(router, family)
        yield from sets(router, family)


def _bit(key: object) -> int:
    """A number that no other combination of keys comes to: 128 bits that look like chance, and are the same always."""
    return int.from_bytes(blake2b(repr(key).encode("utf-8", "surrogateescape"), digest_size=16).digest(), "big")
