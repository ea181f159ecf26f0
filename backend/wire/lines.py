"""What has become other between two lists of lines."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

Pairs = list[tuple[int, int]]


class LineChange(Struct, frozen=True):
    change: Literal["removed", "added"]
    number: int | None
    """Of a rule in its chain, of a policy rule in its list; null where there is no order."""
    text: str


def line_changes(before: Sequence[str], after: Sequence[str], is_ordered: bool) -> Iterator[LineChange]:
    """To make the one of the other."""
    if not is_ordered:
        yield from (LineChange("removed", None, text) for text in _without(before, after))
        yield from (LineChange("added", None, text) for text in _without(after, before))
        return
    here = there = 0
    for one, other in (*_pairs(before, after), (len(before), len(after))):
        yield from (LineChange("removed", number + 1, before[number]) for number in range(here, one))
        yield from (LineChange("added", number + 1, after[number]) for number in range(there, other))
        here, there = one + 1, other + 1


def _without(lines: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    left = Counter(others)
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            yield line


def _pairs(before: Sequence[str], after: Sequence[str]) -> Pairs:
    """Lines that stay, in an order that both have: those at the ends, and of the rest a longest rising sequence, where
    the n-th of equal lines is the n-th one there. Always n log n, which the least difference is not.
    """
    most = min(len(before), len(after))
    first = next((at for at in range(most) if before[at] != after[at]), most)
    last = next((at for at in range(most - first) if before[-1 - at] != after[-1 - at]), most - first)
    places = {line: at for at, line in _numbered(after[: len(after) - last], first)}
    common = [(at, places[line]) for at, line in _numbered(before[: len(before) - last], first) if line in places]
    ends = [(len(before) - at, len(after) - at) for at in range(last, 0, -1)]
    return [*((at, at) for at in range(first)), *_rising(common), *ends]


def _numbered(lines: Sequence[str], first: int) -> Iterator[tuple[int, tuple[str, int]]]:
    seen: Counter[str] = Counter()
    for at in range(first, len(lines)):
        seen[lines[at]] += 1
        yield at, (lines[at], seen[lines[at]])


def _rising(pairs: Pairs) -> Pairs:
    """As many as possible whose second numbers rise as the first ones do (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(ends[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        ends[pile : pile + 1] = [at]
    found: Pairs = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]
