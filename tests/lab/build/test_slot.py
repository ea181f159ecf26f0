from backend.lab.build.slot import Slot, Table, standing, tables
from backend.lab.plan.operation import RuleLine
from tests.lab.saved import load_rules

RULES = """*filter
:INPUT DROP [0:0]
:own - [0:0]
-A INPUT -s 10.0.0.0/8 -m geo --country x -j own
-A own -j DROP
COMMIT
*raw
:OUTPUT ACCEPT [0:0]
COMMIT
"""


def table() -> Table:
    return next(tables(load_rules("r1", RULES).lines))


def texts(found: Table) -> list[str]:
    return [line.text for line in found.whole(standing(found.slots))]


def test_lines_come_apart_into_tables_and_together_again() -> None:
    found = list(tables(load_rules("r1", RULES).lines))
    assert [each.name for each in found] == ["filter", "raw"]
    assert [text for each in found for text in texts(each)] == RULES.splitlines()


def test_in_the_place_of_a_refused_rule_stands_less_and_less() -> None:
    found = table()
    slot = found.slots[0]
    slot.refuse("why")
    assert texts(found)[3:5] == ["-A INPUT -s 10.0.0.0/8", "-A own -j DROP"]
    slot.refuse("another reason")
    assert texts(found)[3:5] == ["-A INPUT", "-A own -j DROP"]
    slot.refuse("and another")
    assert texts(found)[3:5] == ["-A own -j DROP", "COMMIT"]
    assert slot.reason == "why"


def test_what_nobody_refuses_is_taken_at_once() -> None:
    slot = table().slots[0]
    slot.give_up("why")
    assert slot.line is not None
    assert (slot.line.text, slot.reason) == ("-A INPUT", "why")


def test_a_rule_of_the_labs_own_leaves_nothing() -> None:
    slot = Slot(RuleLine("-A OUTPUT -j TRACE", "raw", "OUTPUT"))
    slot.refuse("why")
    assert slot.line is None


def test_what_cannot_be_said_is_refused_from_the_start() -> None:
    slot = Slot(RuleLine("-A INPUT\n-F", "filter", "INPUT", 1, flaw="two lines"))
    assert slot.line is not None
    assert (slot.line.text, slot.line.flaw, slot.reason) == ("-A INPUT", "", "two lines")


def test_without_its_policy_a_chain_still_has_its_rules() -> None:
    found = table()
    found.refuse_chain(found.chains[0], "no such policy")
    assert texts(found)[1] == ":INPUT - [0:0]"
    assert found.policies == {"INPUT"}
    assert len(found.slots) == 2


def test_rules_of_a_chain_that_is_not_there_have_no_place() -> None:
    found = table()
    found.refuse_chain(found.chains[1], "name too long")
    assert [rule.chain for rule in standing(found.slots)] == ["INPUT"]
    assert found.slots[1].reason == "its chain could not be made: name too long"
