"""What is known of a job as one JSON document, whose schema is published (wire/schemas/result.json)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct

from backend.jobs.comparison import Comparison, RouterComparison, ServiceComparison
from backend.jobs.job import Asked, Job, Outcome
from backend.jobs.phase import Phase
from backend.model.answer import ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.wire.answer import decision_document
from backend.wire.sentence import sentence
from backend.wire.services import service_document

VERSION = 1
Document = dict[str, Any]


class Timed(Struct, frozen=True):
    """A phase, when it began and how long it took."""

    phase: Phase
    began: datetime
    took_s: float


class Findings(Struct):
    """All that a test has found so far. Answers are kept as they are written: they are long, and written once."""

    summary: dict[Service, Document]
    """Of each service what is known last: the proof's word where there is one."""
    prediction: Raw | None = None
    proof: Raw | None = None
    comparison: Comparison | None = None
    phases: Sequence[Timed] = ()
    notes: list[str] = []

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return tuple(_outcome(service, known) for service, known in self.summary.items())


def result_document(job: Job, findings: Findings, started: datetime, ended: datetime) -> bytes:
    asked = job.asked
    document = {
        "version": VERSION,
        "job": job.id,
        "user": job.user,
        "mode": asked.mode.value,
        "attempt": job.attempt,
        "network": asked.snapshot,
        "submitted": written(job.submitted.time),
        "started": written(started),
        "ended": written(ended),
        "asked": _asked(asked),
        "services": [findings.summary[service] for service in asked.services if service in findings.summary],
        "prediction": findings.prediction,
        "proof": findings.proof,
        "comparison": None if findings.comparison is None else comparison_document(findings.comparison),
        "phases": [
            {"phase": each.phase.value, "began": written(each.began), "took_s": round(each.took_s, 6)}
            for each in findings.phases
        ],
        "notes": list(dict.fromkeys(findings.notes)),
    }
    return msgspec.json.encode(document)


def summary_of(answer: ServiceAnswer, by: str) -> Document:
    return {
        **service_document(answer.service),
        "verdict": answer.verdict.value,
        "reachable": answer.is_reachable,
        "decided_by": decision_document(answer.decided_by),
        "direction": "return" if answer.is_return else "forward",
        "sentence": sentence(answer),
        "by": by,
    }


def _outcome(service: Service, known: Document) -> Outcome:
    decision = known["decided_by"] or {"router": "", "action": ""}
    return Outcome(service, Verdict(known["verdict"]), decision["router"], decision["action"])


def comparison_document(comparison: Comparison) -> Document:
    return {
        "sentence": comparison.sentence,
        "differs": comparison.is_ours,
        "services": [_compared(service) for service in comparison.services],
    }


def written(time: datetime) -> str:
    """RFC 3339, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _asked(asked: Asked) -> Document:
    return {
        "source": str(asked.source),
        "destination": str(asked.destination),
        "source_port": asked.source_port,
        "services": [service_document(service) for service in asked.services],
        "gateway": asked.gateway,
        "tos": asked.tos,
        "ttl": asked.ttl,
        "trace": None if asked.trace is None else Raw(asked.trace.text.encode()),
    }


def _compared(service: ServiceComparison) -> Document:
    return {
        **service_document(service.service),
        "agreement": service.agreement.value,
        "why": service.why,
        "routers": [_compared_router(router) for router in service.routers],
    }


def _compared_router(router: RouterComparison) -> Document:
    return {
        "name": router.name,
        "direction": "return" if router.is_return else "forward",
        "agreement": router.agreement.value,
        "why": router.why,
    }
