"""What visits tell is in test_visit.py; here is what one account does by itself."""

from backend.model.firewall import Rule, Target
from backend.model.trace import Step, StepKind
from backend.sim.account import Account
from backend.sim.netfilter.firewall import NOTHING
from backend.sim.netfilter.traverse import Matched
from backend.sim.passing import Entry
from tests.sim.netfilter.match.asking import meeting

MET = "tcp 10.1.0.50:4000 10.2.0.50:443"


def matched(table: str, target: str, mark: int = 0) -> Matched:
    return Matched(table, "FORWARD", Rule(table, "FORWARD", 1, target=Target(target), text=target), mark=mark)


def account() -> Account:
    met = meeting(MET)
    return Account(Entry(met.router, NOTHING, met.packet, "lan"), met)


def test_a_mark_is_told_before_the_rule_that_sees_it() -> None:
    made = account()
    made.log(matched("mangle", "MARK"))
    made.log(matched("filter", "ACCEPT", mark=7))
    assert [(step.kind, step.outcome) for step in made.steps] == [
        (StepKind.RULE, "MARK"),
        (StepKind.MARK, "0x7"),
        (StepKind.RULE, "ACCEPT"),
    ]


def test_what_let_a_packet_through_is_the_last_of_table_filter() -> None:
    made = account()
    assert made.accepting() is None
    made.log(matched("mangle", "ACCEPT"))
    made.log(matched("filter", "LOG"))
    assert made.accepting() is None
    made.log(Matched("filter", "FORWARD", policy="ACCEPT"))
    made.log(matched("security", "ACCEPT"))
    found = made.accepting()
    assert found is not None
    assert found.spoken == f"{meeting(MET).router.name}, filter FORWARD policy ACCEPT"


def test_a_copy_goes_on_by_itself() -> None:
    made = account()
    made.log(matched("filter", "LOG"))
    other = made.copy(meeting(MET), Step(StepKind.MULTIPATH, "via", "50%"))
    other.log(matched("filter", "ACCEPT"))
    assert (len(made.steps), len(made.matched)) == (1, 1)
    assert [step.outcome for step in other.steps] == ["LOG", "50%", "ACCEPT"]
