"""A job as those see it who ask for it."""

from typing import Any

from backend.jobs.forecast import Place
from backend.jobs.job import Job, Outcome
from backend.jobs.moment import Moment
from backend.jobs.result import written
from backend.wire.services import service_document, spoken

Document = dict[str, Any]


def job_document(job: Job, place: Place | None = None) -> Document:
    """`place`: of one that waits."""
    asked = job.asked
    source_name, destination_name = (name or None for name in asked.names)
    return {
        "id": job.id,
        "number": job.number,
        "user": job.user,
        "status": job.state.status.value,
        "phase": job.state.phase.value,
        "reason": job.state.reason,
        "mode": asked.mode.value,
        "priority": job.priority.value,
        "attempt": job.attempt,
        "network": asked.snapshot,
        "source": str(asked.source),
        "destination": str(asked.destination),
        "source_name": source_name,
        "destination_name": destination_name,
        "source_port": asked.source_port,
        "services": [service_document(service) for service in asked.services],
        "outcomes": [_outcome(outcome) for outcome in job.outcomes],
        "submitted": _time(job.submitted),
        "started": _time(job.started),
        "ended": _time(job.ended),
        "expected_s": round(job.expected_s, 3),
        "place": place_document(place) if place is not None else None,
    }


def question_document(job: Job) -> Document:
    """What asks for the same again, of the facts that are active then."""
    asked = job.asked
    return {
        "source": str(asked.source),
        "destination": str(asked.destination),
        "services": ",".join(map(spoken, asked.services)),
        "mode": asked.mode.value,
        "priority": job.priority.value,
        "source_port": asked.source_port,
        "gateway": asked.gateway,
        "tos": asked.tos,
        "ttl": asked.ttl,
        "trace": asked.trace.text if asked.trace is not None else None,
    }


def _outcome(outcome: Outcome) -> Document:
    return {
        **service_document(outcome.service),
        "verdict": outcome.verdict.value,
        "router": outcome.router or None,
        "action": outcome.action or None,
    }


def place_document(place: Place) -> Document:
    return {"position": place.position, "starts_in_s": round(place.starts_in_s, 1)}


def _time(moment: Moment | None) -> str | None:
    return written(moment.time) if moment is not None else None
