from backend.jobs.decided import (
    difference,
    fate_back,
    fate_there,
    is_without_listener,
    service_fate,
    why_not,
)
from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict

DROP = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP")
POLICY = Decision("gw", DecisionKind.POLICY, "DROP", "filter", "FORWARD")
ROUTE = Decision("gw", DecisionKind.ROUTE, "blackhole", "main")


def answer(
    verdict: Verdict, decision: Decision | None = None, is_return: bool = False, reason: str = ""
) -> ServiceAnswer:
    return ServiceAnswer(Service("tcp", 443), verdict, reason, is_return, decision)


def test_the_same_verdict_by_another_rule_is_a_difference_with_both_rules_named() -> None:
    one = service_fate(answer(Verdict.DENIED_FORWARD, DROP))
    other = service_fate(answer(Verdict.DENIED_FORWARD, POLICY))
    assert difference(one, one) == ""
    assert difference(one, other, is_rule_compared=False) == ""
    assert difference(one, other) == (
        "predicted denied_forward (gw, filter FORWARD rule 12: -A FORWARD -j DROP), "
        "proved denied_forward (gw, filter FORWARD policy DROP)"
    )


def test_the_words_for_a_route_may_be_others() -> None:
    one, other = answer(Verdict.BLACKHOLE, ROUTE, reason="a"), answer(Verdict.BLACKHOLE, reason="b")
    assert difference(service_fate(one), service_fate(other)) == ""


def test_the_way_back_is_another_fate() -> None:
    one, other = answer(Verdict.NO_ROUTE), answer(Verdict.NO_ROUTE, is_return=True)
    assert difference(service_fate(one), service_fate(other)) == "predicted no_route, proved no_route of the answer"


def test_a_router_that_gets_no_answer_has_no_fate_for_it() -> None:
    router = RouterAnswer("gw", Verdict.DENIED_FORWARD, decided_by=DROP)
    assert fate_there(router) == service_fate(answer(Verdict.DENIED_FORWARD, DROP))
    assert fate_back(router) is None


def test_what_is_open_says_why() -> None:
    limited = ServiceAnswer(Service("tcp", 443), Verdict.CONDITIONAL, "", conditions=("rule 3 allows 5 a second",))
    assert why_not(limited, answer(Verdict.ACCEPTED)) == "the prediction is conditional: rule 3 allows 5 a second"
    unknown = answer(Verdict.UNKNOWN, reason="no iptables in the facts")
    assert why_not(answer(Verdict.ACCEPTED), unknown) == "the proof is unknown: no iptables in the facts"


def test_what_only_one_of_both_can_know_is_not_compared() -> None:
    assert "ARP" in why_not(answer(Verdict.RPFILTER), answer(Verdict.NEIGHBOR_UNREACHABLE))
    assert "programs" in why_not(answer(Verdict.NEIGHBOR_UNREACHABLE), answer(Verdict.NO_LISTENER))
    stuck = answer(Verdict.NO_ROUTE, reason="the connection stands, but no route on gw")
    assert "connection" in why_not(stuck, answer(Verdict.UNREACHABLE))
    lost = answer(Verdict.NO_ROUTE, is_return=True)
    assert "beyond the known network" in why_not(answer(Verdict.EXITS_NETWORK), lost)


def test_all_else_is() -> None:
    assert why_not(answer(Verdict.ACCEPTED), answer(Verdict.DENIED_IN)) == ""
    assert why_not(answer(Verdict.RPFILTER), answer(Verdict.RPFILTER)) == ""
    assert why_not(answer(Verdict.NEIGHBOR_UNREACHABLE), answer(Verdict.ACCEPTED)) == ""
    assert why_not(answer(Verdict.NO_ROUTE), answer(Verdict.UNREACHABLE)) == ""


def test_a_program_that_is_missing_is_no_difference() -> None:
    assert is_without_listener(answer(Verdict.ACCEPTED), answer(Verdict.NO_LISTENER))
    assert not is_without_listener(answer(Verdict.NO_LISTENER), answer(Verdict.ACCEPTED))
