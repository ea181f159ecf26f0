"""A member of a set, and what follows from those that a packet may be."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Struct

from backend.sim.netfilter.answer import Doubt

T = TypeVar("T", bool, tuple[int, int] | None)


class Member(Struct, frozen=True, eq=False):
    elements: tuple[str, ...] = ()
    is_nomatch: bool = False
    ends_s: int = 0
    """Seconds until it is a member no more; 0: never."""
    mark: tuple[int, int] = (0, 0)
    """Of skbinfo, with its mask."""

    @property
    def is_plain(self) -> bool:
        return not (self.is_nomatch or self.ends_s or self.mark[1])

    @property
    def ending(self) -> str:
        return f"{','.join(self.elements)} ends after {self.ends_s} s"


PLAIN = Member()
Candidate = tuple[Member | None, tuple[str, ...]]
"""Who may be met first of all, or None for nobody, and on what it depends; with nothing there, it is so."""


def settled(
    name: str, candidates: Iterable[Candidate], meaning: Callable[[Member | None], T], counting: str = ""
) -> T | Doubt:
    """Candidates are in the order in which the kernel looks; the first of whom nothing is in doubt is the last.
    A doubt is none where all that may be means the same."""
    meant: list[T] = []
    reasons: list[str] = []
    for member, depending in candidates:
        meant.append(meaning(member))
        reasons += depending
        if member is not None and member.ends_s:
            reasons.append(member.ending)
        elif member is not None and counting:
            reasons.append(counting)
        elif not depending:
            break
    else:
        meant.append(meaning(None))
    if all(each == meant[0] for each in meant):
        return meant[0]
    return Doubt(f"set {name}: {' and '.join(dict.fromkeys(reasons))}")
