from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.sets.asking import Question, ask, depending, undecided
from backend.sim.netfilter.sets.member import PLAIN, Member
from tests.sim.netfilter.sets.build import sets, tcp

SETS = """create a hash:ip timeout 0 counters
create b hash:net
create v6 hash:ip family inet6
create l list:set timeout 0 counters
add a 10.0.0.1 timeout 0
add a 10.0.0.2 timeout 60
add b 10.0.0.0/24
add b 10.0.0.128/25 nomatch
add l v6 timeout 0
add l a timeout 0
add l b timeout 30
"""
SOURCE = Question((True,))


def test_a_member() -> None:
    made = sets(SETS)
    assert ask(made["a"], tcp("10.0.0.1", "11.0.0.1"), SOURCE) is True
    assert ask(made["a"], tcp("10.0.0.9", "11.0.0.1"), SOURCE) is False
    assert ask(made["a"], tcp("10.0.0.2", "11.0.0.1"), SOURCE) == Doubt("set a: 10.0.0.2 ends after 60 s")
    assert ask(made["v6"], tcp("10.0.0.1", "11.0.0.1"), SOURCE) is False
    assert ask(made["a"], tcp("10.0.0.1", "11.0.0.1"), Question(())) is False


def test_nomatch_asked_for() -> None:
    made = sets(SETS)
    wanting = Question((True,), wants_nomatch=True)
    assert ask(made["b"], tcp("10.0.0.1", "11.0.0.1"), wanting) is False
    assert ask(made["b"], tcp("10.0.0.200", "11.0.0.1"), wanting) is True
    assert ask(made["b"], tcp("10.1.0.1", "11.0.0.1"), wanting) is False
    assert ask(made["a"], tcp("10.0.0.1", "11.0.0.1"), wanting) is True


def test_a_list_is_asked_set_by_set() -> None:
    made = sets(SETS)["l"]
    assert ask(made, tcp("10.0.0.1", "11.0.0.1"), SOURCE) is True
    assert ask(made, tcp("10.0.0.9", "11.0.0.1"), SOURCE) == Doubt("set l: b ends after 30 s")
    assert ask(made, tcp("10.0.0.200", "11.0.0.1"), SOURCE) is False
    both = "set a: 10.0.0.2 ends after 60 s and set l: b ends after 30 s"
    assert ask(made, tcp("10.0.0.2", "11.0.0.1"), SOURCE) == Doubt(both)


def test_counters_of_a_list_are_its_own() -> None:
    made = sets(SETS)
    counting = Question((True,), counting="--packets-gt 5")
    both = "set l: --packets-gt 5 and set l: b ends after 30 s"
    assert ask(made["l"], tcp("10.0.0.1", "11.0.0.1"), counting) == Doubt(both)
    assert ask(made["a"], tcp("10.0.0.1", "11.0.0.1"), counting) == Doubt("set a: --packets-gt 5")
    assert ask(made["b"], tcp("10.0.0.1", "11.0.0.1"), counting) is True


def test_changes_on_the_way() -> None:
    made = sets(SETS)
    seen = tcp("10.0.0.9", "11.0.0.1")
    seen.changed_sets = {("a", ("10.0.0.9",)): True, ("b", ()): True}
    assert ask(made["a"], seen, SOURCE) is True
    assert ask(made["l"], seen, SOURCE) is True
    assert ask(made["b"], seen, SOURCE) == undecided("b")


def test_a_flaw_is_unknown() -> None:
    answer = ask(sets("create a hash:ip\nadd a www\n")["a"], tcp("10.0.0.1", "11.0.0.1"), SOURCE)
    assert isinstance(answer, Doubt)
    assert answer.is_unknown


def test_on_what_a_set_in_a_list_depends() -> None:
    made = sets(SETS)["l"]
    assert depending(made, PLAIN, SOURCE) == []
    assert depending(made, Member(("a",), ends_s=3), Question((), counting="x")) == [
        Doubt("set l: a ends after 3 s"),
        Doubt("set l: x"),
    ]
