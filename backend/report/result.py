"""The result of a job as the report reads it: only what it shows, and lenient about all else."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from backend.report.error import ReportError


class Wanted(Struct, frozen=True):
    """A service that was asked for."""

    protocol: str
    port: int | None = None


class Asked(Struct, frozen=True):
    source: str
    destination: str
    source_port: int | None = None
    services: tuple[Wanted, ...] = ()
    gateway: str | None = None
    tos: int = 0
    ttl: int = 64
    trace: Any = None
    """The JSON that the user gave."""


class Decision(Struct, frozen=True):
    router: str
    kind: str
    action: str = ""
    table: str | None = None
    chain: str | None = None
    number: int | None = None
    text: str = ""
    comment: str | None = None
    section: str | None = None
    line: int | None = None


class Summary(Struct, frozen=True):
    protocol: str
    verdict: str
    port: int | None = None
    reachable: bool = False
    decided_by: Decision | None = None
    direction: str = "forward"
    sentence: str = ""
    by: str = "prediction"


class Step(Struct, frozen=True):
    kind: str
    text: str
    outcome: str = ""
    table: str | None = None
    chain: str | None = None
    number: int | None = None
    comment: str | None = None
    section: str | None = None
    line: int | None = None


class Hop(Struct, frozen=True):
    name: str
    ip: str = ""
    incoming: str = ""
    outgoing: str = ""
    is_router: bool = True
    verdict: str = "accepted"
    segment: str | None = None
    steps: tuple[Step, ...] = ()


class Way(Struct, frozen=True):
    """One way there or back; of equal-cost ways, the others are its `alternatives`."""

    verdict: str
    reason: str = ""
    share: float = 1.0
    conditions: tuple[str, ...] = ()
    path: tuple[Hop, ...] = ()
    source: str = ""
    destination: str = ""
    alternatives: "tuple[Way, ...]" = ()


class Count(Struct, frozen=True):
    table: str
    chain: str
    number: int
    text: str
    before: int
    after: int
    line: int | None = None


class Router(Struct, frozen=True):
    name: str
    verdict: str
    reason: str = ""
    decided_by: Decision | None = None
    return_verdict: str | None = None
    return_reason: str = ""
    return_decided_by: Decision | None = None
    counted: tuple[Count, ...] = ()


class Service(Struct, frozen=True):
    protocol: str
    verdict: str
    port: int | None = None
    reachable: bool = False
    reason: str = ""
    direction: str = "forward"
    decided_by: Decision | None = None
    source_port: int | None = None
    forward: Way | None = None
    back: Way | None = field(default=None, name="return")
    conditions: tuple[str, ...] = ()
    routers: tuple[Router, ...] = ()


class Answer(Struct, frozen=True):
    by: str
    services: tuple[Service, ...]
    assumptions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


class RouterComparison(Struct, frozen=True):
    name: str
    agreement: str
    direction: str = "forward"
    why: str = ""


class ServiceComparison(Struct, frozen=True):
    protocol: str
    agreement: str
    port: int | None = None
    why: str = ""
    routers: tuple[RouterComparison, ...] = ()


class Comparison(Struct, frozen=True):
    sentence: str
    differs: bool = False
    services: tuple[ServiceComparison, ...] = ()


class Phase(Struct, frozen=True):
    phase: str
    began: str | None = None
    took_s: float | None = None


class Result(Struct, frozen=True):
    job: str
    user: str
    mode: str
    network: str
    asked: Asked
    services: tuple[Summary, ...]
    attempt: int = 1
    submitted: str | None = None
    started: str | None = None
    ended: str | None = None
    prediction: Answer | None = None
    proof: Answer | None = None
    comparison: Comparison | None = None
    phases: tuple[Phase, ...] = ()
    notes: tuple[str, ...] = ()


def read_result(document: Mapping[str, Any]) -> Result:
    try:
        return msgspec.convert(document, Result)
    except msgspec.ValidationError as error:
        raise ReportError(f"the result cannot be read: {error}") from None
