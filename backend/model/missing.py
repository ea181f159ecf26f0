"""An answer where the rules of a router are not known: what it seems to let through, it may let through or not."""

from collections.abc import Mapping

from msgspec import structs

from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.verdict import Verdict

LETS_THROUGH = frozenset((Verdict.ACCEPTED, Verdict.EXITS_NETWORK, Verdict.NO_LISTENER, Verdict.CONDITIONAL))


def without_guesses(answer: ServiceAnswer, why: Mapping[str, str]) -> ServiceAnswer:
    """`why`: router → the reason why its rules are not known."""
    if not why:
        return answer
    routers = tuple(_router(each, why.get(each.name)) for each in answer.routers)
    doubts = [why[each.name] for each in answer.routers if each.name in why]
    if not doubts or answer.verdict not in LETS_THROUGH:
        return structs.replace(answer, routers=routers)
    name = next(each.name for each in answer.routers if each.name in why)
    others = (text for text in (*answer.conditions, *doubts) if text != doubts[0])
    decision = Decision(name, DecisionKind.NONE, Verdict.UNKNOWN.value, text=why[name])
    return structs.replace(
        answer,
        verdict=Verdict.UNKNOWN,
        reason=doubts[0],
        decided_by=decision,
        is_return=False,
        routers=routers,
        conditions=tuple(dict.fromkeys(others)),
    )


def _router(router: RouterAnswer, why: str | None) -> RouterAnswer:
    if why is None or router.verdict is not Verdict.ACCEPTED:
        return router
    back = Verdict.UNKNOWN if router.return_verdict is Verdict.ACCEPTED else router.return_verdict
    return structs.replace(router, verdict=Verdict.UNKNOWN, reason=why, decided_by=None, return_verdict=back)
