"""What an answer says of a packet's fate, so far as a prediction and a proof can say the same."""

from msgspec import Struct

from backend.model.answer import Decision, DecisionKind, RouterAnswer, ServiceAnswer
from backend.model.verdict import Verdict

OPEN = frozenset((Verdict.CONDITIONAL, Verdict.UNKNOWN))
AT_THE_END = frozenset((Verdict.NEIGHBOR_UNREACHABLE, Verdict.NO_LISTENER, Verdict.RPFILTER))
"""Of these a prediction may have another word, or none: it knows no programs."""
ASTRAY = frozenset((Verdict.EXITS_NETWORK, Verdict.NO_LISTENER, Verdict.NEIGHBOR_UNREACHABLE, Verdict.UNREACHABLE))
STANDS = "the connection stands"
"""In the reason of a prediction: what opens it comes back, and what is sent on it then does not."""


class Fate(Struct, frozen=True):
    verdict: Verdict
    is_return: bool
    rule: tuple[object, ...] | None
    """That decides: router, table, chain and number."""
    text: str
    """What decides, in words."""

    def is_of_neighbor(self, other: "Fate") -> bool:
        return {self.verdict, other.verdict} == {Verdict.ACCEPTED, Verdict.NEIGHBOR_UNREACHABLE}


def service_fate(answer: ServiceAnswer) -> Fate:
    return _fate(answer.verdict, answer.is_return, answer.decided_by, answer.reason)


def fate_there(router: RouterAnswer) -> Fate:
    return _fate(router.verdict, False, router.decided_by, router.reason)


def fate_back(router: RouterAnswer) -> Fate | None:
    if router.return_verdict is None:
        return None
    return _fate(router.return_verdict, True, router.return_decided_by, router.return_reason)


def difference(mine: Fate, real: Fate, is_rule_compared: bool = True) -> str:
    """Empty: there is none."""
    is_same = (mine.verdict, mine.is_return) == (real.verdict, real.is_return)
    if is_same and (mine.rule == real.rule or not is_rule_compared):
        return ""
    return f"predicted {_told(mine)}, proved {_told(real)}"


def is_without_listener(mine: ServiceAnswer, real: ServiceAnswer) -> bool:
    return (mine.verdict, real.verdict, real.is_return) == (Verdict.ACCEPTED, Verdict.NO_LISTENER, False)


def why_not(mine: ServiceAnswer, real: ServiceAnswer) -> str:
    """The reason why the two cannot be compared; empty: they can."""
    for by, answer in (("the prediction", mine), ("the proof", real)):
        if answer.verdict in OPEN:
            return f"{by} is {answer.verdict.value}: {'; '.join(answer.conditions) or answer.reason}"
    if mine.verdict is Verdict.EXITS_NETWORK and real.is_return:
        return "beyond the known network somebody answers in the lab, of whom the facts know nothing"
    if (mine.verdict, mine.is_return) == (real.verdict, real.is_return):
        return ""
    if mine.verdict in AT_THE_END and real.verdict in AT_THE_END:
        if Verdict.NO_LISTENER in (mine.verdict, real.verdict):
            return "which machines and programs are at the end of the way, the facts do not say"
        return "who would drop the packet by its source drops the ARP request before it"
    if STANDS in mine.reason and real.verdict in ASTRAY:
        return "what is sent on the connection comes to a machine that knows nothing of it"
    return ""


def _fate(verdict: Verdict, is_return: bool, decision: Decision | None, reason: str) -> Fate:
    if decision is None or decision.kind not in (DecisionKind.RULE, DecisionKind.POLICY):
        return Fate(verdict, is_return, None, reason)
    place = (decision.router, decision.table, decision.chain, decision.number)
    return Fate(verdict, is_return, place, decision.spoken)


def _told(fate: Fate) -> str:
    of_answer = " of the answer" if fate.is_return else ""
    return f"{fate.verdict.value}{of_answer}{f' ({fate.text})' if fate.text else ''}"
