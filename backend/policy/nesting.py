"""Rows of addresses that lie in one another, as prefixes do: what holds at each address."""

from collections.abc import Hashable, Iterable, Iterator
from itertools import pairwise

from backend.policy.edges import Edge

Row = tuple[int, int, Hashable]
"""First and last address, and what holds there."""


def flattened(rows: Iterable[Row], name: tuple[Hashable, ...]) -> Iterator[Edge]:
    """Edges that do not overlap; the key is `name` with all that holds at once, the outermost first."""
    turns: dict[int, list[tuple[bool, int, Hashable]]] = {}
    for number, (low, high, value) in enumerate(sorted(rows, key=lambda row: (row[0], -row[1]))):
        turns.setdefault(low, []).append((True, number, value))
        turns.setdefault(high + 1, []).append((False, number, value))
    now: dict[int, Hashable] = {}
    for at, following in pairwise(sorted(turns)):
        for begins, number, value in turns[at]:
            if begins:
                now[number] = value
            else:
                del now[number]
        if now:
            yield Edge(at, following - 1, (*name, tuple(now[number] for number in sorted(now))))
