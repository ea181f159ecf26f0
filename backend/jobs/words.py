"""What the events of a test say, as sentences and as data."""

from collections.abc import Sequence
from typing import Any

from backend.jobs.comparison import Agreement, ServiceComparison
from backend.jobs.decided import OPEN
from backend.lab.proof.progress import AtRouter
from backend.model.answer import Reachability, ServiceAnswer
from backend.wire.answer import router_document
from backend.wire.services import service_document, spoken


def counted(answer: Reachability) -> str:
    """`1 of 3 services is reached, of 1 it is not known`."""
    reached, count = sum(service.is_reachable for service in answer.services), len(answer.services)
    open_ = sum(service.verdict in OPEN for service in answer.services)
    if count == 1:
        return "whether the service is reached is not known" if open_ else f"the service is {_not(reached)}reached"
    number = {0: "none", count: "all"}.get(reached, reached)
    text = f"{number} of {count} services {'is' if reached < 2 else 'are'} reached"
    return f"{text}, of {open_} it is not known" if open_ else text


def _not(reached: int) -> str:
    return "" if reached else "not "


def compared(answer: ServiceAnswer, comparison: ServiceComparison) -> str:
    """`22/tcp is as predicted; 7 rules matched on 2 routers`."""
    name = spoken(answer.service)
    if comparison.agreement is Agreement.DIFFERS:
        return f"{name} is not as predicted, which is an error of ours: {comparison.why}"
    if comparison.agreement is Agreement.NOT_COMPARABLE:
        return f"{name} cannot be compared with the prediction, since {comparison.why}; {_counts(answer)}"
    return f"{name} is as predicted; {_counts(answer)}"


def _counts(answer: ServiceAnswer) -> str:
    rules, routers = sum(len(router.counted) for router in answer.routers), len(answer.routers)
    return f"{_some(rules, 'rule')} matched on {_some(routers, 'router')}"


def _some(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def alone_data(router: str, alone: Sequence[AtRouter]) -> dict[str, Any]:
    services = [{**service_document(at.service), **router_document(at.answer)} for at in alone]
    return {"router": router, "alone": services}


def proof_notes(answer: Reachability) -> list[str]:
    """What nobody said and was taken to be so, and what the lab did not have."""
    notes = [f"assumed: {text}" for text in answer.assumptions]
    count = len(answer.refusals)
    if count:
        notes.append(f"{_some(count, 'line')} of the facts {'is' if count == 1 else 'are'} not in the lab")
    return notes
