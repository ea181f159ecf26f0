"""Yes, no, or a doubt: what a match says of a packet."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting


class Doubt(Struct, frozen=True):
    """The packet and the facts do not decide it."""

    text: str
    """What it depends on, as a person says it: `limit: 5/sec, burst 5`."""
    is_unknown: bool = False
    """Nobody can say what happens: the word is not known to us, or facts are missing. Else both are possible."""


Answer = bool | Doubt
Check = Callable[["Meeting"], Answer]


def negated(answer: Answer) -> Answer:
    return answer if isinstance(answer, Doubt) else not answer


def every(answers: Iterable[Answer]) -> Answer:
    """No if one says no, whatever the others depend on; what nobody can say weighs more than what may be."""
    return _unless_said(answers, False)


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one says yes, whatever the others depend on."""
    return _unless_said(answers, True)


def _unless_said(answers: Iterable[Answer], deciding: bool) -> Answer:
    doubts = []
    for answer in answers:
        if answer is deciding:
            return deciding
        if isinstance(answer, Doubt):
            doubts.append(answer)
    return together(doubts) if doubts else not deciding


def together(doubts: list[Doubt]) -> Doubt:
    unknown = [doubt for doubt in doubts if doubt.is_unknown]
    named = unknown or doubts
    return Doubt(" and ".join(dict.fromkeys(doubt.text for doubt in named)), is_unknown=bool(unknown))
