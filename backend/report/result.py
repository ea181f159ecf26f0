"""The result of a job as the report reads it: only what it shows, and lenient about all else."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any

import msgspec
from msgspec import Raw, Struct, field
from msgspec.structs import replace

from backend.report.error import ReportError
from backend.report.snapshot import Snapshot

NULL, NOTHING = Raw(b"null"), Raw(b"[]")


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


class Answer(Struct, frozen=True, dict=True):
    """Services are read one at a time: all steps of a hundred of them take more memory than the report."""

    by: str
    assumptions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    written: Any = field(default=(), name="services")
    """Of each service, a function that gives its JSON."""

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Without steps and counters, which stand on the pages of each."""
        known: dict[Struct, Any] = {}
        return tuple(_outlined(service, known) for service in self.whole())

    def whole(self) -> Iterator[Service]:
        for number, written in enumerate(self.written):
            yield _read(written(), Service, f"{self.by}.services[{number}]")

    def find(self, wanted: Summary) -> Service | None:
        """All that is known of it."""
        for each, written in zip(self.services, self.written, strict=True):
            if (each.port, each.protocol) == (wanted.port, wanted.protocol):
                service: Service = _read(written(), Service, self.by)
                return service
        return None


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
    snapshot: Snapshot | None = None
    """Not of the document: it is kept beside it."""


def read_result(document: bytes, shown: Callable[[bytes], bytes], snapshot: bytes = b"null") -> Result:
    """Of JSON; `shown` makes all texts of a piece of it such that they can be printed. ReportError: with the place."""
    parts = _read(document, dict[str, Raw])
    services = {name: _without_services(parts, name) for name in ("prediction", "proof")}
    result: Result = _read(shown(msgspec.json.encode(parts)), Result)
    return replace(
        result,
        snapshot=_read(shown(snapshot), Snapshot | None, "snapshot"),
        prediction=_with_services(result.prediction, services["prediction"], shown),
        proof=_with_services(result.proof, services["proof"], shown),
    )


def _without_services(parts: dict[str, Raw], name: str) -> tuple[Raw, ...]:
    """They are taken out."""
    answer = _read(parts.get(name, NULL), dict[str, Raw] | None, name)
    if answer is None:
        return ()
    services: tuple[Raw, ...] = _read(answer.get("services", NOTHING), tuple[Raw, ...], name)
    parts[name] = Raw(msgspec.json.encode(answer | {"services": NOTHING}))
    return services


def _with_services(answer: Answer | None, services: tuple[Raw, ...], shown: Callable[[bytes], bytes]) -> Answer | None:
    if answer is None:
        return None
    filled = replace(answer, written=tuple(partial(_shown, each, shown) for each in services))
    _ = filled.services  # what is wrong with them is told now
    return filled


def _shown(written: Raw, shown: Callable[[bytes], bytes]) -> bytes:
    return shown(bytes(written))


def _read(written: bytes | Raw, type_: Any, place: str = "") -> Any:
    try:
        return msgspec.json.decode(written, type=type_)
    except msgspec.DecodeError as error:
        raise ReportError(f"the result cannot be read: {place}{': ' * bool(place)}{error}") from None


def _outlined(service: Service, known: dict[Struct, Any]) -> Service:
    """`known`: what stood there before; most services of a test meet the same routers."""

    def once(value: Any) -> Any:
        return known.setdefault(value, value)

    def bare(way: Way | None) -> Any:
        if way is None:
            return None
        path = tuple(once(replace(hop, steps=())) for hop in way.path)
        return once(replace(way, path=path, alternatives=tuple(map(bare, way.alternatives))))

    routers = tuple(once(replace(router, counted=())) for router in service.routers)
    return replace(service, routers=routers, forward=bare(service.forward), back=bare(service.back))
