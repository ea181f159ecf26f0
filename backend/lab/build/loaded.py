"""What of the rules is in the kernel, and where."""

from collections.abc import Iterable

from msgspec import Struct

from backend.lab.plan.operation import Backend, RuleLine
from backend.model.address import Family

Place = tuple[str, Family, str, str]
"""Namespace, family, table, chain."""


class Loaded(Struct, frozen=True):
    backend: Backend | None = None
    """None where there is nothing to load, or nothing works."""
    numbers: dict[Place, tuple[int, ...]] = {}
    """Of each rule as it is loaded, the number in the facts; 0: a rule of the lab's own."""
    markers: frozenset[tuple[str, Family, str, str, int]] = frozenset()
    """Places and numbers of rules that could not be loaded; in their place one stands that does nothing. With number 0
    it is the chain's policy that is not as in the facts."""
    lacking: frozenset[tuple[str, Family, str]] = frozenset()
    """Tables that could not be made, by namespace and family."""
    handles: dict[tuple[str, Family, str, str, int], int] = {}
    """With nft, the position of each rule in its chain, from 1, by its place and its handle."""


def together(backend: Backend | None, found: Iterable[Loaded]) -> Loaded:
    """What was loaded one by one, as one."""
    every = list(found)
    return Loaded(
        backend,
        {place: numbers for each in every for place, numbers in each.numbers.items()},
        frozenset(marker for each in every for marker in each.markers),
        frozenset(table for each in every for table in each.lacking),
        {handle: position for each in every for handle, position in each.handles.items()},
    )


def numbers(namespace: str, family: Family, lines: Iterable[RuleLine]) -> dict[Place, tuple[int, ...]]:
    found: dict[Place, list[int]] = {}
    for line in lines:
        if line.chain:
            found.setdefault((namespace, family, line.table, line.chain), []).append(line.number)
    return {place: tuple(each) for place, each in found.items()}
