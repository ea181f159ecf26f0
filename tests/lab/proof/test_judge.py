import pytest
from msgspec import structs

from backend.lab.proof.judge import counts, ends, judge, steps
from backend.lab.proof.story import Visit
from backend.lab.proof.why import Why
from backend.lab.watch.event import Kind
from backend.model.answer import DecisionKind
from backend.model.trace import StepKind
from backend.model.verdict import Verdict
from tests.lab.proof.small import book, event, syn, visit

JUMP, ACCEPT, REJECT = event("FORWARD", 2), event("web", 2), event("web", 3)
POLICY = event("FORWARD", 4, Kind.POLICY)


def nothing(_: Visit) -> Why:
    raise AssertionError("the kernel was asked in vain")


def test_a_packet_that_leaves_was_let_through_by_the_last_that_accepts() -> None:
    found = judge(visit(JUMP, ACCEPT, left=syn(ttl=63)), book(), "one", nothing)
    assert (found.verdict, found.is_through, found.is_local) == (Verdict.ACCEPTED, True, False)
    assert found.decision is not None
    assert found.decision.spoken == "one, filter web rule 2: -A web -p tcp -m tcp --dport 443 -j ACCEPT"


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (REJECT, "rejected by one, filter web rule 3: -A web -p tcp -m tcp --dport 23 -j REJECT"),
        (POLICY, "dropped by one, filter FORWARD policy DROP"),
    ],
)
def test_what_stops_it_is_named(last: object, reason: str) -> None:
    found = judge(visit(JUMP, last), book(), "one", nothing)  # type: ignore[arg-type]
    assert (found.verdict, found.reason) == (Verdict.DENIED_FORWARD, reason)


@pytest.mark.parametrize(
    ("hook", "verdict"),
    [(0, "denied_in"), (1, "denied_in"), (2, "denied_forward"), (3, "denied_out"), (4, "denied_out")],
)
def test_where_the_rule_stands_is_the_verdict(hook: int, verdict: str) -> None:
    assert judge(visit(structs.replace(POLICY, hook=hook)), book(), "one", nothing).verdict == verdict


def test_a_user_chain_of_nftables_stands_where_its_base_chain_does() -> None:
    inner = structs.replace(REJECT, hook=None)
    assert judge(visit(JUMP, inner), book(), "one", nothing).verdict is Verdict.DENIED_FORWARD
    assert judge(visit(structs.replace(JUMP, hook=None), inner), book(), "one", nothing).verdict == "denied_forward"


def test_what_comes_through_input_is_delivered() -> None:
    found = judge(visit(structs.replace(ACCEPT, hook=1)), book(), "one", nothing)
    assert (found.verdict, found.is_local) == (Verdict.ACCEPTED, True)


def test_a_rule_that_is_not_loaded_makes_it_unknown_and_a_queue_conditional() -> None:
    unknown = judge(visit(JUMP, ACCEPT, left=syn(ttl=63)), book(("one", 4, "filter", "web", 2)), "one", nothing)
    assert (unknown.verdict, unknown.is_doubtful) == (Verdict.UNKNOWN, True)
    assert "cannot be loaded here" in unknown.reason
    queued = judge(visit(event("FORWARD", 3)), book(), "one", nothing)
    assert (queued.verdict, queued.condition) == (Verdict.CONDITIONAL, queued.reason)


def test_without_a_rule_the_kernel_says_why() -> None:
    why = Why(Verdict.RPFILTER, "the reverse path filter", DecisionKind.NONE)
    found = judge(visit(), book(), "one", lambda _: why)
    assert (found.verdict, found.reason) == (Verdict.RPFILTER, "the reverse path filter on one")
    assert found.decision is not None
    assert found.decision.kind is DecisionKind.NONE
    assert judge(visit(), book(), "one", lambda _: Why(Verdict.ACCEPTED, "", is_local=True)).is_local
    assert judge(visit(), book(), "one", lambda _: Why(Verdict.ACCEPTED, "")).verdict is Verdict.UNKNOWN


def test_rules_are_counted_and_policies_are_not() -> None:
    found = counts([visit(JUMP, ACCEPT), visit(JUMP, POLICY)], book())
    assert [(each.chain, each.number, each.before, each.after) for each in found] == [
        ("FORWARD", 2, 0, 2),
        ("web", 2, 0, 1),
    ]


def test_steps_tell_rules_marks_and_translations_in_order() -> None:
    marked = structs.replace(ACCEPT, mark=16)
    found = steps(visit(JUMP, marked, left=syn(ttl=63, port=8443)), book())
    assert [each.kind for each in found] == [StepKind.RULE, StepKind.MARK, StepKind.RULE, StepKind.TRANSLATION]
    assert (found[1].text, found[1].outcome) == ("0x0", "0x10")
    assert found[3].outcome == "10.1.0.50:40000 > 10.2.0.50:8443"


def test_ends_of_a_packet_are_written_as_people_do() -> None:
    packet = visit().packet
    assert packet is not None
    assert ends(packet) == "10.1.0.50:40000 > 10.2.0.50:443"
