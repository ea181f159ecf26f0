from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.sim.netfilter.match.ranges import Ranges, common, inverted, merged

HIGHEST = 40
RANGE = st.tuples(st.integers(0, HIGHEST), st.integers(0, HIGHEST))
RANGES = st.lists(RANGE, max_size=5)


def numbers(ranges: Ranges | list[tuple[int, int]]) -> set[int]:
    return {number for low, high in ranges for number in range(low, high + 1)}


@given(RANGES)
def test_merged_ranges_hold_the_same_numbers_and_lie_apart(ranges: list[tuple[int, int]]) -> None:
    found = merged(ranges)
    assert numbers(found) == numbers(ranges)
    assert all(high + 1 < low for (_, high), (low, _) in pairwise(found))


@given(RANGES)
def test_inverted_ranges_hold_all_others(ranges: list[tuple[int, int]]) -> None:
    assert numbers(inverted(merged(ranges), HIGHEST)) == set(range(HIGHEST + 1)) - numbers(ranges)


@given(RANGES, RANGES)
def test_what_two_have_in_common(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    assert numbers(common(merged(one), merged(other))) == numbers(one) & numbers(other)
    assert common(None, merged(other)) == merged(other)
