"""What the events of a test say, as sentences and as data."""

from collections.abc import Sequence
from typing import Any

from backend.jobs.comparison import Agreement, ServiceComparison
from backend.lab.proof.progress import AtRouter
from backend.model.answer import Reachability, ServiceAnswer
from backend.wire.answer import router_document
from backend.wire.services import spoken


def counted(answer: Reachability) -> str:
    """`2 of 3 services are reached`."""
    reached, count = sum(service.is_reachable for service in answer.services), len(answer.services)
    if count == 1:
        return f"the service is {'' if reached else 'not '}reached"
    if reached in (0, count):
        return f"{'all' if reached else 'none'} of {count} services {'are' if reached else 'is'} reached"
    return f"{reached} of {count} services {'is' if reached == 1 else 'are'} reached"


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
    services = [
        {"port": at.service.port or None, "protocol": at.service.protocol, **router_document(at.answer)} for at in alone
    ]
    return {"router": router, "alone": services}


def proof_notes(answer: Reachability) -> list[str]:
    """What nobody said and was taken to be so, and what the lab did not have."""
    notes = [f"assumed: {text}" for text in answer.assumptions]
    count = len(answer.refusals)
    if count:
        notes.append(f"{_some(count, 'line')} of the facts {'is' if count == 1 else 'are'} not in the lab")
    return notes
