from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.sets.asking import Question, undecided
from backend.sim.netfilter.sets.marking import Bits, marking
from tests.sim.netfilter.sets.build import sets, tcp

SETS = """create a hash:net skbinfo timeout 0
create plain hash:ip
create l list:set skbinfo
create m list:set
create broken hash:ip
add a 10.0.0.0/8 skbmark 0x5/0xff timeout 0
add a 10.1.0.0/16 skbmark 0x6 timeout 0
add a 10.2.0.0/16 nomatch timeout 0
add a 10.3.0.0/16 skbmark 0x7 timeout 60
add a 10.4.0.0/16 skbmark 0x5/0xff timeout 60
add plain 11.0.0.1
add l a skbmark 0x9/0xf
add m plain
add m a
add broken www
"""


def bits(name: str, source: str, flags: int = 1) -> Bits | Doubt | None:
    return marking(sets(SETS)[name], tcp(source, "192.0.2.1"), Question((True,) * flags))


def test_the_mark_of_the_member() -> None:
    assert bits("a", "10.0.0.1") == (5, 0xFF)
    assert bits("a", "10.1.0.1") == (6, 0xFFFFFFFF)
    assert bits("a", "10.2.0.1") is None
    assert bits("a", "12.0.0.1") is None
    assert bits("a", "10.0.0.1", flags=0) is None
    assert bits("plain", "11.0.0.1") == (0, 0)


def test_a_member_that_ends() -> None:
    assert bits("a", "10.3.0.1") == Doubt("set a: 10.3.0.0/16 ends after 60 s")
    assert bits("a", "10.4.0.1") == (5, 0xFF)


def test_a_list_with_marks_of_its_own_and_without() -> None:
    assert bits("l", "10.0.0.1") == (9, 0xF)
    assert bits("m", "10.0.0.1") == (5, 0xFF)
    assert bits("m", "12.0.0.1") is None
    assert bits("m", "10.3.0.1") == Doubt("set a: 10.3.0.0/16 ends after 60 s")


def test_what_nobody_can_say() -> None:
    answer = bits("broken", "10.0.0.1")
    assert isinstance(answer, Doubt)
    assert answer.is_unknown
    seen = tcp("10.0.0.1", "192.0.2.1")
    seen.changed_sets = {("a", ()): True}
    assert marking(sets(SETS)["a"], seen, Question((True,))) == undecided("a")
