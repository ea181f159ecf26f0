import pytest

from backend.lab.build.carry import Carriage
from backend.lab.build.sets import SetsOutcome
from tests.lab.saved import load_rules, load_sets

SETS = """create m hash:mac
create n hash:mac
create whole hash:ip
add m 02:00:00:00:00:01
add m 02:00:00:00:00:02
add n 02:00:00:00:00:03
add whole 10.0.0.1
"""
RULES = """*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -m set --match-set m src -j DROP
-A FORWARD -m set ! --match-set n src -j DROP
-A FORWARD -m set --match-set whole src -j DROP
COMMIT
"""
MISSING = {"m": "set type not supported", "n": "set type not supported"}


def carriage(saved: str = SETS, **incomplete: str) -> Carriage:
    return Carriage(load_sets("r1", saved), SetsOutcome(("whole",), (), MISSING, incomplete))


def test_rules_on_missing_sets_are_carried_or_have_a_flaw() -> None:
    found = carriage()
    lines = [line for line in found.lines(load_rules("r1", RULES).lines, 4) if line.chain]
    assert [(line.number, line.line, "mac-source" in line.text) for line in lines] == [
        (1, 3, True), (1, 3, True), (2, 4, False), (3, 5, False),
    ]  # fmt: skip
    assert [line.flaw != "" for line in lines] == [False, False, True, False]
    assert lines[2].flaw.startswith("n could not be made, and ")
    assert found.replaced == {"m"}


def test_a_set_that_no_rule_names_is_not_replaced() -> None:
    found = carriage()
    found.lines(load_rules("r1", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n").lines, 4)
    assert found.replaced == set()


def test_a_rule_on_an_incomplete_set_has_a_flaw() -> None:
    lines = carriage(whole="set whole lacks an entry").lines(load_rules("r1", RULES).lines, 4)
    assert [line.flaw for line in lines if line.number == 3] == ["set whole lacks an entry"]


def test_a_set_with_an_entry_that_cannot_be_said_is_not_carried() -> None:
    found = carriage(SETS + "add m 02:00:00:00:00:09 -file x\n")
    lines = found.lines(load_rules("r1", RULES).lines, 4)
    assert [line.flaw for line in lines if line.number == 1] == ["expected the name of an option, not '-file'"]
    assert found.replaced == set()


@pytest.mark.parametrize("operation", [None, load_sets("r1", "create whole hash:ip\n")])
def test_where_all_sets_are_there_nothing_changes(operation: object) -> None:
    lines = load_rules("r1", RULES).lines
    assert Carriage(operation, SetsOutcome(("whole",))).lines(lines, 4) == list(lines)  # type: ignore[arg-type]
