from ipaddress import ip_address

from msgspec import structs

from backend.jobs.comparison import Agreement, Comparison, compare
from backend.model.answer import Decision, DecisionKind, Reachability, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict

HTTPS, SSH = Service("tcp", 443), Service("tcp", 22)
DROP = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP")
OTHER = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 9, "-A FORWARD -p tcp -j DROP")
OPEN = ServiceAnswer(HTTPS, Verdict.ACCEPTED, "")
SHUT = ServiceAnswer(HTTPS, Verdict.DENIED_FORWARD, "dropped", decided_by=DROP)


def reachability(*services: ServiceAnswer) -> Reachability:
    return Reachability("demo@1", ip_address("10.1.1.50"), ip_address("10.2.1.50"), "", services)


def one(mine: ServiceAnswer, real: ServiceAnswer) -> Comparison:
    return compare(reachability(mine), reachability(real))


def test_both_say_the_same() -> None:
    found = one(SHUT, SHUT)
    assert [service.agreement for service in found.services] == [Agreement.AGREES]
    assert (found.sentence, found.is_ours) == ("Prediction and proof agree on 1 service.", False)


def test_another_verdict_is_an_error_of_ours_and_said_so() -> None:
    found = one(OPEN, SHUT)
    assert found.is_ours
    assert found.sentence == (
        "Prediction and proof differ, which is an error of ours: 443/tcp, predicted accepted, "
        "proved denied_forward (gw, filter FORWARD rule 12: -A FORWARD -j DROP)."
    )


def test_another_rule_is_one_too_but_not_where_there_are_several_ways() -> None:
    other = ServiceAnswer(HTTPS, Verdict.DENIED_FORWARD, "dropped", decided_by=OTHER)
    assert one(SHUT, other).is_ours
    ecmp = structs.replace(SHUT, has_one_way=False)
    assert not one(ecmp, other).is_ours


def test_what_is_conditional_is_not_compared() -> None:
    limited = ServiceAnswer(HTTPS, Verdict.CONDITIONAL, "", conditions=("5 a second",))
    found = one(limited, OPEN)
    assert [service.agreement for service in found.services] == [Agreement.NOT_COMPARABLE]
    assert found.sentence == "Prediction and proof cannot be compared: the prediction is conditional: 5 a second."


def with_router(verdict: Verdict, decision: Decision | None = None, back: Verdict | None = None) -> ServiceAnswer:
    router = RouterAnswer("gw", verdict, decided_by=decision, return_verdict=back)
    return ServiceAnswer(HTTPS, Verdict.ACCEPTED, "", routers=(router,))


def test_a_router_alone_that_differs_is_named() -> None:
    found = one(with_router(Verdict.ACCEPTED), with_router(Verdict.DENIED_FORWARD, DROP))
    assert found.services[0].agreement is Agreement.DIFFERS
    assert found.services[0].why.startswith("gw: predicted accepted, proved denied_forward (gw, filter FORWARD rule 12")


def test_what_a_router_does_with_the_answer_is_compared_where_both_know_it() -> None:
    mine = with_router(Verdict.ACCEPTED, back=Verdict.ACCEPTED)
    assert len(one(mine, with_router(Verdict.ACCEPTED)).services[0].routers) == 1
    found = one(mine, with_router(Verdict.ACCEPTED, back=Verdict.RPFILTER)).services[0]
    assert [(router.is_return, router.agreement.value) for router in found.routers] == [
        (False, "agrees"),
        (True, "differs"),
    ]
    assert found.why == "gw with the answer: predicted accepted of the answer, proved rpfilter of the answer"


def test_routers_are_not_compared_where_each_packet_may_meet_others() -> None:
    mine = with_router(Verdict.ACCEPTED)
    ecmp = structs.replace(mine, has_one_way=False)
    found = one(ecmp, with_router(Verdict.DENIED_FORWARD, DROP)).services[0]
    assert (found.agreement, found.routers) == (Agreement.AGREES, ())


def test_a_router_alone_waits_for_no_neighbour_and_may_be_open() -> None:
    for verdict in (Verdict.NEIGHBOR_UNREACHABLE, Verdict.UNKNOWN):
        found = one(with_router(verdict), with_router(Verdict.ACCEPTED)).services[0]
        assert (found.agreement.value, found.routers[0].agreement.value) == ("agrees", "not_comparable")


def test_a_destination_without_the_program_agrees_so_far_as_anybody_can_know() -> None:
    found = one(OPEN, ServiceAnswer(HTTPS, Verdict.NO_LISTENER, "")).services[0]
    assert (found.agreement.value, found.why) == (
        "agrees",
        "it arrives; the prediction does not know which programs listen there",
    )


def test_services_that_were_not_proved_any_more_are_counted() -> None:
    ssh = ServiceAnswer(SSH, Verdict.ACCEPTED, "")
    found = compare(reachability(ssh, SHUT), reachability(SHUT))
    assert [service.why for service in found.services] == ["it was not proved", ""]
    assert found.sentence == "Prediction and proof agree on 1 service; 1 service cannot be compared."


def test_a_trace_that_was_given_is_another_way_than_the_predicted() -> None:
    found = compare(reachability(OPEN), reachability(SHUT), is_path_given=True)
    assert not found.is_ours
    assert found.services[0].why == "the proof followed the trace that was given"


def test_several_differences_are_counted() -> None:
    ssh = [ServiceAnswer(SSH, verdict, "") for verdict in (Verdict.NO_ROUTE, Verdict.ACCEPTED)]
    found = compare(reachability(OPEN, ssh[0]), reachability(SHUT, ssh[1]))
    assert "443/tcp and 1 more, predicted accepted" in found.sentence


def test_nothing_asked_nothing_compared() -> None:
    assert compare(reachability(), reachability()).sentence == "Nothing was compared."
