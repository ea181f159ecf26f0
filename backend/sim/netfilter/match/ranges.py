"""Sets of numbers as ranges: in order, apart from each other, both ends included."""

from collections.abc import Iterable

from backend.sim.netfilter.values import Range

Ranges = tuple[Range, ...]


def merged(ranges: Iterable[Range]) -> Ranges:
    found: list[Range] = []
    for low, high in sorted(ranges):
        if low > high:
            continue
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def inverted(ranges: Ranges, highest: int) -> Ranges:
    found, at = [], 0
    for low, high in ranges:
        if at < low:
            found.append((at, low - 1))
        at = high + 1
    if at <= highest:
        found.append((at, highest))
    return tuple(found)


def common(one: Ranges | None, other: Ranges) -> Ranges:
    """What both hold; None holds everything."""
    if one is None:
        return other
    pairs = ((max(low, first), min(high, last)) for low, high in one for first, last in other)
    return tuple((low, high) for low, high in pairs if low <= high)
