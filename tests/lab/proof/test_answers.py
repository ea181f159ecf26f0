from backend.lab.probe.ask import Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Alone
from backend.lab.proof.answers import answer
from backend.lab.proof.heard import Heard
from backend.lab.proof.judge import Judgement
from backend.lab.proof.passage import passage
from backend.lab.proof.story import Story
from backend.model.answer import ServiceAnswer
from backend.model.verdict import Verdict
from tests.lab.proof.small import A, B, book, event, syn, visit
from tests.lab.proof.test_heard import ASK, NOTHING, STOPPED, THROUGH
from tests.lab.proof.test_passage import PLACES, THERE, TWO, why

BACK = passage([THERE, TWO], PLACES, book(), Story(), why, A)
ALONE = {(0, Way.FORWARD, "two"): Alone(TWO, Judgement(Verdict.ACCEPTED))}


def told(heard: Heard) -> ServiceAnswer:
    return answer(heard, PLACES, book(), ALONE, book())


def test_an_answered_service_is_accepted_by_each_router() -> None:
    found = told(Heard(ASK, Result(Outcome.ANSWERED), THROUGH, BACK))
    assert (found.verdict, found.decided_by, found.is_return) == (Verdict.ACCEPTED, None, False)
    assert [(each.name, each.verdict) for each in found.routers] == [("one", "accepted"), ("two", "accepted")]
    assert [count.chain for count in found.routers[0].counted] == ["FORWARD", "web"]


def test_a_stopped_one_names_the_rule_and_each_router_behind_it() -> None:
    beyond = Heard(ASK, Result(Outcome.ANSWERED), THROUGH, NOTHING)
    found = told(Heard(ASK, Result(Outcome.SILENT), STOPPED, NOTHING, beyond=beyond))
    assert (found.verdict, found.reason) == (Verdict.DENIED_FORWARD, "dropped by one, filter FORWARD policy DROP")
    assert found.decided_by is not None
    assert (found.decided_by.router, found.decided_by.action) == ("one", "DROP")
    assert [(each.name, each.verdict) for each in found.routers] == [("one", "denied_forward"), ("two", "accepted")]
    assert found.back is None


def test_a_block_on_the_way_back_is_told_as_such() -> None:
    found = told(Heard(ASK, Result(Outcome.SILENT), THROUGH, STOPPED))
    assert (found.verdict, found.is_return) == (Verdict.DENIED_FORWARD, True)
    assert found.reason.startswith("the answer: dropped by one")


def test_who_takes_the_packet_and_refuses_has_no_listener() -> None:
    found = told(Heard(ASK, Result(Outcome.REFUSED, "Connection refused"), THROUGH, BACK))
    assert (found.verdict, found.reason) == (
        Verdict.NO_LISTENER,
        "b takes the packet for itself, and nothing listens there",
    )


def test_what_may_go_otherwise_another_time_is_a_condition() -> None:
    limited = visit(event("FORWARD", 2), event("web", 1), left=syn(ttl=63))
    there = passage([limited, TWO, THERE], PLACES, book(), Story(), why, B)
    found = told(Heard(ASK, Result(Outcome.ANSWERED), there, BACK, notes=("a note",)))
    assert found.conditions[0] == "a note"
    assert found.conditions[1].endswith("--limit 5/min -j ACCEPT depends on limit")
