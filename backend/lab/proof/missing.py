"""What a lab lets through where the facts, or its kernel, do not have a router's rules: that is not known. Pure."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from backend.lab.build.loaded import Loaded
from backend.model.address import Family
from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.network import Router
from backend.model.verdict import Verdict

LETS_THROUGH = frozenset((Verdict.ACCEPTED, Verdict.EXITS_NETWORK, Verdict.NO_LISTENER, Verdict.CONDITIONAL))


def missing(routers: Iterable[Router], family: Family, loaded: Loaded, namespaces: Mapping[str, str]) -> dict[str, str]:
    """Router → why its rules are not known. `namespaces`: router → its namespace."""
    found = {}
    for router in routers:
        firewall = router.firewall
        ruleset, why = (firewall.ipv4, firewall.ipv4_missing) if family == 4 else (firewall.ipv6, firewall.ipv6_missing)
        tables = [table for place, of, table in loaded.lacking if (place, of) == (namespaces.get(router.name), family)]
        if router.kind == "linux" and ruleset is None:
            found[router.name] = f"the rules of {router.name} are not known: {why}"
        elif tables:
            found[router.name] = f"{router.name}: table {', '.join(sorted(tables))} cannot be loaded here"
    return found


def without_guesses(answer: ServiceAnswer, why: Mapping[str, str]) -> ServiceAnswer:
    """A router of which nothing is known may let a packet through or not."""
    if not why:
        return answer
    routers = tuple(_router(each, why.get(each.name)) for each in answer.routers)
    doubts = [why[each.name] for each in answer.routers if each.name in why]
    if not doubts or answer.verdict not in LETS_THROUGH:
        return structs.replace(answer, routers=routers)
    name = next(each.name for each in answer.routers if each.name in why)
    decision = Decision(name, DecisionKind.NONE, Verdict.UNKNOWN.value, text=why[name])
    return structs.replace(
        answer,
        verdict=Verdict.UNKNOWN,
        reason=doubts[0],
        decided_by=decision,
        is_return=False,
        routers=routers,
        conditions=(*answer.conditions, *doubts[1:]),
    )


def _router(router: RouterAnswer, why: str | None) -> RouterAnswer:
    if why is None or router.verdict is not Verdict.ACCEPTED:
        return router
    back = Verdict.UNKNOWN if router.return_verdict is Verdict.ACCEPTED else router.return_verdict
    return structs.replace(router, verdict=Verdict.UNKNOWN, reason=why, decided_by=None, return_verdict=back)
