from backend.sim.netfilter.sets.level import Level
from backend.sim.netfilter.sets.member import PLAIN, Member

NOMATCH = Member(("x",), is_nomatch=True)


def level() -> Level:
    made = Level((32,), 0xFFFFFFFF)
    made.add(1, PLAIN)
    made.add(2, NOMATCH)
    made.add(0x102, PLAIN)
    return made


def test_who_is_there() -> None:
    made = level()
    assert (made.at(1), made.at(2), made.at(3)) == (PLAIN, NOMATCH, None)
    assert len(made) == 3


def test_what_is_said_twice_counts_as_it_was_said_last() -> None:
    made = level()
    made.add(1, NOMATCH)
    made.add(2, PLAIN)
    assert (made.at(1), made.at(2), len(made)) == (NOMATCH, PLAIN, 3)


def test_changes_leave_the_original_alone() -> None:
    made = level()
    other = made.with_changed(1, None).with_changed(2, PLAIN).with_changed(5, PLAIN)
    assert [other.at(key) for key in (1, 2, 5, 0x102)] == [None, PLAIN, PLAIN, PLAIN]
    assert len(other) == 3
    assert [made.at(key) for key in (1, 2, 5)] == [PLAIN, NOMATCH, None]
    assert len(made) == 3


def test_one_of_each_sort_where_bits_are_not_known() -> None:
    made = level()
    assert list(made.near(1, 0xFF00)) == [PLAIN]
    assert set(made.near(2, 0xFF00)) == {PLAIN, NOMATCH}
    assert list(made.near(3, 0xFF00)) == []
    assert list(made.with_changed(3, PLAIN).near(3, 0xFF00)) == [PLAIN]
