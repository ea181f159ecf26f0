from msgspec import structs

from backend.lab.build.loaded import Loaded
from backend.lab.proof.missing import missing, without_guesses
from backend.model.answer import RouterAnswer, ServiceAnswer
from backend.model.firewall import Firewall, Ruleset
from backend.model.flow import Service
from backend.model.network import Router
from backend.model.verdict import Verdict

KNOWN = Router("known", firewall=Firewall(Ruleset(4), Ruleset(6)))
BLIND = Router("blind", firewall=Firewall(None, Ruleset(6), (), "iptables-save: you must be root"))
OTHER = Router("other", kind="other")
SPACES = {"known": "known", "blind": "blind", "other": "other"}
WHY = {"blind": "the rules of blind are not known"}


def answer(verdict: Verdict, *routers: RouterAnswer) -> ServiceAnswer:
    return ServiceAnswer(Service("tcp", 443), verdict, "", routers=routers)


def let_through(name: str) -> RouterAnswer:
    return RouterAnswer(name, Verdict.ACCEPTED, return_verdict=Verdict.ACCEPTED)


def test_rules_that_are_not_in_the_facts_or_cannot_be_loaded_are_not_known() -> None:
    loaded = Loaded(lacking=frozenset([("known", 4, "security")]))
    assert missing((KNOWN, BLIND, OTHER), 4, loaded, SPACES) == {
        "known": "known: table security cannot be loaded here",
        "blind": "the rules of blind are not known: iptables-save: you must be root",
    }
    assert missing((KNOWN, BLIND, OTHER), 6, loaded, SPACES) == {}


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
