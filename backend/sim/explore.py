"""Both outcomes of what packet and facts do not decide: a visit is made again and again, until each doubt was taken as
yes and as no."""

from collections.abc import Iterator

from msgspec import Struct, structs

from backend.model.verdict import Verdict
from backend.sim.netfilter.traverse import Choices, Matched
from backend.sim.passing import Entry, Exit
from backend.sim.visit import routed, visit
from backend.sim.words import decision_of

MOST = 16
"""Visits that are tried."""


MATCHES, MATCHES_NOT = "matches, which", "does not match, which"
DEPENDS = " depends on "


class Explored(Struct, frozen=True, eq=False):
    exit: Exit
    conditions: tuple[str, ...] = ()
    """What makes it come out so."""


def undecided(condition: str) -> str:
    """The same whether it is so or not."""
    return condition.replace(f" {MATCHES_NOT}{DEPENDS}", DEPENDS).replace(f" {MATCHES}{DEPENDS}", DEPENDS)


def explored(entry: Entry) -> list[Explored]:
    plain = routed(entry) if not entry.firewall.tables else None
    if plain is not None:
        return [Explored(plain)]
    found: list[tuple[Choices, list[Exit]]] = []
    waiting: list[tuple[bool, ...]] = [()]
    while waiting and len(found) < MOST:
        choices = Choices(waiting.pop(0), [])
        found.append((choices, visit(entry, choices)))
        waiting += _others(choices)
    if len(found) == 1:
        return [Explored(each) for each in found[0][1]]
    merged = list(_merged(entry, found))
    return [*merged, _others_unknown(merged[-1].exit)] if waiting else merged


def _others_unknown(like: Exit) -> Explored:
    reason = f"more than {MOST} outcomes depend on one another; the others are not followed here"
    return Explored(structs.replace(like, verdict=Verdict.UNKNOWN, reason=reason, hop=None, decision=None), (reason,))


def _others(choices: Choices) -> Iterator[tuple[bool, ...]]:
    """Each doubt beyond those that were said was taken as no: now as yes."""
    count = len(choices.said)
    for number in range(count, len(choices.met)):
        yield choices.said + (False,) * (number - count) + (True,)


def _merged(entry: Entry, found: list[tuple[Choices, list[Exit]]]) -> Iterator[Explored]:
    """What comes out the same whatever is chosen does not depend on it, and is only said to have met the rule."""
    kinds = {tuple(map(_kind, exits)) for _, exits in found}
    if len(kinds) == 1:
        met = {id(matched.rule): (doubt, matched) for choices, _ in found for doubt, matched in choices.met}
        said = tuple(f"{_place(entry, matched)} depends on {doubt.text}" for doubt, matched in met.values())
        yield from (Explored(each, said) for each in found[0][1])
        return
    for choices, exits in found:
        said = tuple(_said(entry, choices, number) for number in range(len(choices.met)))
        yield from (Explored(each, said) for each in exits)


def _kind(exit_: Exit) -> object:
    return exit_.verdict, exit_.packet, exit_.hop, exit_.connection


def _said(entry: Entry, choices: Choices, number: int) -> str:
    doubt, matched = choices.met[number]
    is_yes = number < len(choices.said) and choices.said[number]
    return f"{_place(entry, matched)} {MATCHES if is_yes else MATCHES_NOT}{DEPENDS}{doubt.text}"


def _place(entry: Entry, matched: Matched) -> str:
    return decision_of(entry.router.name, entry.packet.family, matched).spoken
