import pytest

from backend.model.firewall import Match, Option
from backend.sim.netfilter.answer import Answer, Doubt
from backend.sim.netfilter.match.checks import all_of, always, in_words, no, only, unless, yes
from tests.sim.netfilter.match.asking import meeting

MAYBE, NOBODY = Doubt("maybe"), Doubt("nobody", is_unknown=True)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], True),
        ([True, True], True),
        ([True, False], False),
        ([MAYBE], MAYBE),
        ([MAYBE, True], MAYBE),
        ([MAYBE, False], False),
        ([NOBODY, MAYBE], NOBODY),
        ([MAYBE, Doubt("more")], Doubt("maybe and more")),
    ],
)
def test_all_must_hold(answers: list[Answer], expected: Answer) -> None:
    assert all_of([always(answer) for answer in answers])(meeting()) == expected


def test_a_doubt_is_not_turned_round() -> None:
    assert unless(yes, True)(meeting()) is False
    assert unless(no, True)(meeting()) is True
    assert unless(no, False) is no
    assert unless(always(MAYBE), True)(meeting()) == MAYBE


@pytest.mark.parametrize(
    ("match", "text"),
    [
        (Match("limit", (Option("--limit", ("5/min",)), Option("--limit-burst", ("7",)))), "limit: 5/min, burst 7"),
        (Match("recent", (Option("--set"), Option("--name", ("x",)))), "recent: set, name x"),
        (Match("ipvs", (Option("--ipvs", (), True),)), "ipvs: not ipvs"),
        (Match("socket"), "socket"),
        (Match("", (Option("-s", ("10.0.0.1",), True), Option("-f"))), "! -s 10.0.0.1 -f"),
    ],
)
def test_a_match_in_words(match: Match, text: str) -> None:
    assert in_words(match) == text


def test_one_value_is_expected() -> None:
    assert only(Option("--mark", ("5",))) == "5"
    with pytest.raises(ValueError, match="one value expected behind --mark"):
        only(Option("--mark", ("5", "6")))
