"""What becomes of the packet of a cell, in the words of a policy."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.policy.asking import Came
from backend.policy.cells import Cell
from backend.policy.edges import Flaw
from backend.policy.expectation import Expectation
from backend.sim.matrix import Outcome

REACHED = frozenset((Verdict.ACCEPTED, Verdict.EXITS_NETWORK, Verdict.NO_LISTENER))
"""As far as is known of the network. Whether somebody listens there is nothing that routers decide."""
ACCEPT = "ACCEPT"
DECIDING = (StepKind.RULE, StepKind.CHAIN_POLICY)
OPEN = frozenset((Verdict.CONDITIONAL, Verdict.UNKNOWN))


class State(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    """It depends, or is not known."""


class Found(Struct, frozen=True):
    """Of a cell. `why` where the verdict alone does not say it."""

    state: State
    outcome: Outcome
    why: str = ""
    passed: tuple[str, ...] = ()
    """What let it through, where it should not have been."""


def found(cell: Cell, came: Came, expected: Expectation, flaws: Sequence[Flaw]) -> Found:
    state = judged(came.outcome.verdict, expected.is_to_reach)
    if state is State.KEPT and expected.via:
        other = _other_way(came, expected)
        if other:
            return Found(State.BROKEN, came.outcome, other)
    if state is State.KEPT and flaws and not cell.is_whole:
        why = _doubt(came, flaws)
        if why:
            return Found(State.OPEN, came.outcome, why)
    is_let_through = state is State.BROKEN and not expected.is_to_reach
    return Found(state, came.outcome, passed=passed(came) if is_let_through else ())


def judged(verdict: Verdict, is_to_reach: bool) -> State:
    if verdict in OPEN:
        return State.OPEN
    return State.KEPT if (verdict in REACHED) is is_to_reach else State.BROKEN


def passed(came: Came) -> tuple[str, ...]:
    """The rules that let it through on its way there, the last one of each router; without any, the policies."""
    found: dict[str, Step] = {}
    for course in came.courses:
        for hop in course.legs[0].branch.hops:
            found.update((hop.name, step) for step in filter(_is_let_through, hop.steps))
    rules = {name: step for name, step in found.items() if step.kind is StepKind.RULE}
    return tuple(f"{name}, {_place(step)}" for name, step in (rules or found).items())


def _is_let_through(step: Step) -> bool:
    return step.kind in DECIDING and step.table == "filter" and step.outcome == ACCEPT


def _place(step: Step) -> str:
    chain = f"{step.table} {step.chain}"
    return f"{chain} policy {step.outcome}" if step.number is None else f"{chain} rule {step.number}: {step.text}"


def _other_way(came: Came, expected: Expectation) -> str:
    for course in came.courses:
        names = [hop.name for hop in course.legs[0].branch.hops if hop.is_router]
        left = iter(names)
        if not all(wanted in left for wanted in expected.via):
            return f"goes by way of {', '.join(names) or 'no router'}"
    return ""


def _doubt(came: Came, flaws: Sequence[Flaw]) -> str:
    """Why the packet may not stand for all of its cell."""
    hops = (hop for course in came.courses for leg in course.legs for hop in leg.branch.hops)
    translating = {hop.name for hop in hops if any(step.kind is StepKind.TRANSLATION for step in hop.steps)}
    for flaw in flaws:
        if flaw.router in (translating if flaw.is_translation else came.met):
            return f"only the example was asked: {flaw.router}, {flaw.text}"
    return ""
