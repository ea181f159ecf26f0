from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wire.lines import LineChange, line_changes

LINES = st.lists(st.sampled_from("abcdef"), max_size=12)


def said(before: str, after: str, is_ordered: bool = True) -> str:
    signs = {"removed": "-", "added": "+"}
    return " ".join(
        f"{signs[each.change]}{each.number or ''}{each.text}" for each in line_changes(before, after, is_ordered)
    )


def made(before: list[str], changes: list[LineChange]) -> list[str]:
    """What comes out when somebody does as he is told."""
    gone = {each.number for each in changes if each.change == "removed"}
    left = [text for number, text in enumerate(before, 1) if number not in gone]
    for each in changes:
        if each.change == "added":
            assert each.number is not None
            left.insert(each.number - 1, each.text)
    return left


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abc", ""),
        ("abc", "abXc", "+3X"),
        ("abXc", "abc", "-3X"),
        ("abc", "aXc", "-2b +2X"),
        ("abcd", "dabc", "+1d -4d"),
        ("XAX", "AX", "-1X"),
        ("aab", "ab", "-2a"),
        ("", "ab", "+1a +2b"),
        ("abcdef", "aXcdYf", "-2b +2X -5e +5Y"),
    ],
)
def test_lines_in_an_order_have_their_number_where_they_stand(before: str, after: str, expected: str) -> None:
    assert said(before, after) == expected


def test_without_an_order_only_what_is_there_counts() -> None:
    assert said("abc", "cab", is_ordered=False) == ""
    assert said("aab", "bcc", is_ordered=False) == "-a -a +c +c"


@given(LINES, LINES)
def test_who_does_as_is_told_gets_the_other_list(before: list[str], after: list[str]) -> None:
    changes = list(line_changes(before, after, is_ordered=True))
    assert made(before, changes) == after
    assert bool(changes) == (before != after)
    places = [each.number for each in changes if each.change == "added"]
    assert places == sorted(places, key=lambda place: place or 0)


@given(LINES, LINES)
def test_without_an_order_the_numbers_of_each_line_come_out(before: list[str], after: list[str]) -> None:
    found = Counter(before)
    for each in line_changes(before, after, is_ordered=False):
        found[each.text] += 1 if each.change == "added" else -1
    assert +found == Counter(after)
    assert min(found.values(), default=0) >= 0


@given(LINES, st.integers(0, 12), st.sampled_from("xyz"))
def test_one_new_line_is_one_change(lines: list[str], place: int, new: str) -> None:
    after = [*lines[:place], new, *lines[place:]]
    assert len(list(line_changes(lines, after, is_ordered=True))) == 1
    assert len(list(line_changes(after, lines, is_ordered=True))) == 1


def test_twenty_thousand_lines_of_which_every_second_one_is_other_take_no_time() -> None:
    """Where the least difference is looked for, this takes minutes."""
    before = [f"{number}" for number in range(20_000)]
    after = [line if at % 2 else f"new {line}" for at, line in enumerate(before)]
    assert len(list(line_changes(before, after, is_ordered=True))) == 20_000
    assert len(list(line_changes(["same"] * 20_000, ["other", *["same"] * 19_000, "last"], is_ordered=True))) < 3000
