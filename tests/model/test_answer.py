import pytest

from backend.model.answer import Decision, DecisionKind, ServiceAnswer
from backend.model.flow import Service
from backend.model.trace import StepKind
from backend.model.verdict import Verdict


def test_only_what_is_accepted_is_reachable() -> None:
    found = {each for each in Verdict if ServiceAnswer(Service("tcp", 22), each, "").is_reachable}
    assert found == {Verdict.ACCEPTED}


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (
            Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP"),
            "gw, filter FORWARD rule 12: -A FORWARD -j DROP",
        ),
        (
            Decision("gw", DecisionKind.POLICY, "DROP", "filter", "INPUT", text=":INPUT DROP"),
            "gw, filter INPUT policy DROP",
        ),
        (
            Decision("gw", DecisionKind.ROUTE, "blackhole", text="blackhole 10.66.0.0/16"),
            "gw: blackhole 10.66.0.0/16",
        ),
        (
            Decision("gw", DecisionKind.NONE, "ttl_exceeded", text="the time to live ends at gw"),
            "gw: the time to live ends at gw",
        ),
    ],
)
def test_a_decision_is_said_with_its_place(decision: Decision, expected: str) -> None:
    assert decision.spoken == expected


def test_a_decision_is_a_step_of_the_way_too() -> None:
    step = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP", comment="no").step
    assert (step.kind, step.text, step.outcome, step.comment) == (StepKind.RULE, "-A FORWARD -j DROP", "DROP", "no")
    assert Decision("gw", DecisionKind.POLICY, "DROP", "filter", "INPUT").step.kind is StepKind.CHAIN_POLICY
