from collections.abc import Iterable

from backend.sim.netfilter.answer import Answer, Doubt
from backend.sim.netfilter.sets.member import PLAIN, Candidate, Member, settled

NOMATCH = Member(("10.0.0.0/8",), is_nomatch=True)
ENDING = Member(("10.0.0.1",), ends_s=30)


def is_member(candidates: Iterable[Candidate], counting: str = "") -> Answer:
    return settled("s", candidates, lambda member: member is not None and not member.is_nomatch, counting)


def test_the_first_decides() -> None:
    assert is_member([(PLAIN, ()), (NOMATCH, ())]) is True
    assert is_member([(NOMATCH, ()), (PLAIN, ())]) is False
    assert is_member([(None, ()), (PLAIN, ())]) is False
    assert is_member([]) is False


def test_one_that_ends_is_a_doubt_only_if_that_makes_a_difference() -> None:
    assert is_member([(ENDING, ())]) == Doubt("set s: 10.0.0.1 ends after 30 s")
    assert is_member([(ENDING, ()), (PLAIN, ())]) is True
    assert is_member([(ENDING, ()), (NOMATCH, ())]) == Doubt("set s: 10.0.0.1 ends after 30 s")


def test_what_depends_on_something() -> None:
    assert is_member([(PLAIN, ("why",))]) == Doubt("set s: why")
    assert is_member([(PLAIN, ("why",)), (PLAIN, ())]) is True
    assert is_member([(NOMATCH, ("why",))]) is False
    assert is_member([(PLAIN, ())], "--packets-gt 5") == Doubt("set s: --packets-gt 5")
    assert is_member([], "--packets-gt 5") is False


def test_plain_members() -> None:
    assert PLAIN.is_plain
    assert not any(each.is_plain for each in (NOMATCH, ENDING, Member(mark=(0, 1))))
