"""The answer for one service as a person would say it."""

from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.verdict import Verdict
from backend.wire.services import spoken

DENIED = frozenset((Verdict.DENIED_IN, Verdict.DENIED_FORWARD, Verdict.DENIED_OUT))
SAID = {
    Verdict.NO_LISTENER: "arrives, but nothing listens there",
    Verdict.EXITS_NETWORK: "goes out",
    Verdict.CONDITIONAL: "is reached or not, as it depends",
    Verdict.UNKNOWN: "is not known to be reached or blocked",
}


def sentence(answer: ServiceAnswer) -> str:
    """`443/tcp is blocked: br-gw, filter FORWARD rule 12: -A FORWARD -j DROP`."""
    name = spoken(answer.service)
    if answer.verdict is Verdict.ACCEPTED:
        return f"{name} is reached"
    decision, reason = answer.decided_by, answer.reason.removeprefix("the answer: ")
    if answer.verdict in DENIED and decision is not None:
        return f"{name} {'is reached, but its answer is' if answer.is_return else 'is'} blocked: {decision.spoken}"
    if answer.verdict in SAID:
        return _because(f"{name} {SAID[answer.verdict]}", reason)
    return _because(f"{name} {'is reached, but its answer is lost' if answer.is_return else 'is not reached'}", reason)


def router_phrase(answer: RouterAnswer, what: str = "it") -> str:
    """`lets it through`, `blocks it (filter FORWARD rule 12: -A FORWARD -j DROP)`."""
    there = _does(answer.verdict, answer.decided_by, answer.reason, what)
    if answer.return_verdict is None or answer.return_verdict is Verdict.ACCEPTED:
        return there
    back = _does(answer.return_verdict, answer.return_decided_by, answer.return_reason, "the answer")
    return f"{there}, but {back}" if answer.verdict is Verdict.ACCEPTED else there


def _does(verdict: Verdict, decision: Decision | None, reason: str, what: str) -> str:
    if verdict is Verdict.ACCEPTED:
        return f"lets {what} through"
    if verdict in DENIED and decision is not None and decision.kind is not DecisionKind.NONE:
        return f"blocks {what} ({decision.spoken.removeprefix(f'{decision.router}, ')})"
    return f"does not let {what} through ({reason or verdict.value})"


def _because(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text
