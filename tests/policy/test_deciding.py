import pytest

from backend.model.verdict import Verdict
from backend.policy.deciding import State, judged
from tests.policy.asked import check
from tests.policy.grounds import world

ALL = "-A FORWARD -j ACCEPT"


@pytest.mark.parametrize(
    ("verdict", "must", "must_not"),
    [
        (Verdict.ACCEPTED, State.KEPT, State.BROKEN),
        (Verdict.EXITS_NETWORK, State.KEPT, State.BROKEN),
        (Verdict.NO_LISTENER, State.KEPT, State.BROKEN),
        (Verdict.DENIED_FORWARD, State.BROKEN, State.KEPT),
        (Verdict.NO_ROUTE, State.BROKEN, State.KEPT),
        (Verdict.CONDITIONAL, State.OPEN, State.OPEN),
        (Verdict.UNKNOWN, State.OPEN, State.OPEN),
    ],
)
def test_what_a_verdict_means_for_who_must_and_who_must_not(verdict: Verdict, must: State, must_not: State) -> None:
    assert (judged(verdict, True), judged(verdict, False)) == (must, must_not)


def test_the_rule_that_lets_through_is_named() -> None:
    (finding,) = check("10.1.0.64/30 must not reach db on https").findings
    (text,) = finding.found.passed
    assert text.startswith("fw, filter FORWARD rule 2: -A FORWARD -s 10.1.0.64/26")


def test_another_way_is_told() -> None:
    assert check("10.1.0.64 must reach db on https, by way of fw").state is State.KEPT
    assert check("10.1.0.64 must reach 10.1.0.65 on https", world(ALL)).state is State.KEPT
    (finding,) = check("10.1.0.64 must reach 10.1.0.65 on https, by way of fw", world(ALL)).findings
    assert "no router" in finding.found.why


@pytest.mark.parametrize(
    ("rules", "state"),
    [
        ("-A FORWARD -s 10.1.0.1/255.255.255.1 -j DROP\n" + ALL, State.OPEN),
        ('-A FORWARD -m u32 --u32 "12=1" -j DROP\n' + ALL, State.OPEN),
        (ALL, State.KEPT),
    ],
)
def test_one_packet_that_may_not_stand_for_all_is_no_proof(rules: str, state: State) -> None:
    assert check("10.1.0.70-10.1.0.80 must reach db on https", world(rules)).state is state
    single = check("10.1.0.70 must reach db on https", world(rules))
    assert single.state is State.KEPT
