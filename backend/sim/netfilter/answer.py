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
    doubts = []
    for answer in answers:
        if answer is False:
            return False
        if answer is not True:
            doubts.append(answer)
    return together(doubts) if doubts else True


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes if one says yes, whatever the others depend on."""
    doubts = []
    for answer in answers:
        if answer is True:
            return True
        if answer is not False:
            doubts.append(answer)
    return together(doubts) if doubts else False


def together(doubts: list[Doubt]) -> Doubt:
    unknown = [doubt for doubt in doubts if doubt.is_unknown]
    named = unknown or doubts
    return Doubt(" and ".join(dict.fromkeys(doubt.text for doubt in named)), is_unknown=bool(unknown))
