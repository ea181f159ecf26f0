from msgspec import structs

from backend.model.answer import RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.missing import without_guesses
from backend.model.verdict import Verdict

WHY = {"blind": "the rules of blind are not known"}


def answer(verdict: Verdict, *routers: RouterAnswer) -> ServiceAnswer:
    return ServiceAnswer(Service("tcp", 443), verdict, "", routers=routers)


def let_through(name: str) -> RouterAnswer:
    return RouterAnswer(name, Verdict.ACCEPTED, return_verdict=Verdict.ACCEPTED)


def test_what_such_a_router_lets_through_is_unknown() -> None:
    found = without_guesses(answer(Verdict.ACCEPTED, let_through("known"), let_through("blind")), WHY)
    assert (found.verdict, found.reason, found.is_reachable) == (Verdict.UNKNOWN, WHY["blind"], False)
    assert found.decided_by is not None
    assert found.decided_by.router == "blind"
    assert [(each.verdict, each.return_verdict) for each in found.routers] == [
        (Verdict.ACCEPTED, Verdict.ACCEPTED),
        (Verdict.UNKNOWN, Verdict.UNKNOWN),
    ]


def test_another_router_that_stops_the_packet_does_so_all_the_same() -> None:
    stopped = answer(Verdict.DENIED_FORWARD, let_through("blind"), RouterAnswer("known", Verdict.DENIED_FORWARD))
    found = without_guesses(stopped, WHY)
    assert (found.verdict, found.routers[0].verdict) == (Verdict.DENIED_FORWARD, Verdict.UNKNOWN)


def test_a_router_that_is_not_on_the_way_does_not_matter() -> None:
    whole = answer(Verdict.ACCEPTED, let_through("known"))
    assert without_guesses(whole, WHY) == whole
    assert without_guesses(structs.replace(whole), {}) == whole
