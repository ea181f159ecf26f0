import pytest

from backend.sim.netfilter.answer import Answer, Doubt, any_of, every, negated, together

MAYBE = Doubt("limit: 5/sec")
OTHER = Doubt("time: 09:00 to 17:00")
UNKNOWN = Doubt("--frobnicate", is_unknown=True)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], True),
        ([True, True], True),
        ([True, False, MAYBE], False),
        ([UNKNOWN, False], False),
        ([True, MAYBE], MAYBE),
        ([MAYBE, OTHER], Doubt("limit: 5/sec and time: 09:00 to 17:00")),
        ([MAYBE, UNKNOWN], UNKNOWN),
    ],
)
def test_all_of_a_rules_matches(answers: list[Answer], expected: Answer) -> None:
    assert every(answers) == expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], False),
        ([False, True, MAYBE], True),
        ([UNKNOWN, True], True),
        ([False, MAYBE], MAYBE),
        ([UNKNOWN, MAYBE], UNKNOWN),
    ],
)
def test_one_of_several(answers: list[Answer], expected: Answer) -> None:
    assert any_of(answers) == expected


def test_no_turned_round() -> None:
    assert (negated(True), negated(False), negated(MAYBE)) == (False, True, MAYBE)


def test_the_same_doubt_is_told_once() -> None:
    assert together([MAYBE, MAYBE]) == MAYBE
