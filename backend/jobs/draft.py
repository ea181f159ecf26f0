"""A test that somebody is still writing: what it would be so far, and all that is wrong with it at once."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, to_builtins

from backend.jobs.asking import (
    FLOW,
    MOST_SERVICES,
    check_name,
    read_mode,
    read_priority,
    readable_services,
    said_trace,
)
from backend.model.address import Address
from backend.model.answer import Stop
from backend.model.flow import Service
from backend.model.network import Network
from backend.model.services import PORTS
from backend.wire.path import GivenPath, readable_trace
from backend.wire.question import ENDS, Faults, QuestionError, faults_of, read_ends
from backend.wire.services import service_document

NEEDED = (*ENDS, "services")
NAMES = {port: name for name, port in reversed(PORTS.items())}
Document = dict[str, Any]


class Draft(Struct, frozen=True):
    ends: tuple[Address, Address] | None
    """Source and destination, where both can be read."""
    services: tuple[Service, ...]
    trace: GivenPath | None
    missing: tuple[str, ...]
    """Fields that a test needs, and that nobody has filled in yet."""
    errors: tuple[QuestionError, ...]

    @property
    def is_complete(self) -> bool:
        """It would be taken as it is."""
        return not self.missing and not self.errors


def read_draft(network: Network, question: Mapping[str, Any], max_services: int = MOST_SERVICES) -> Draft:
    faults = Faults()
    for name in question:
        with faults.noted():
            check_name(name)
    flow = {name: question.get(name) for name in FLOW}
    wrong = faults_of(network, flow)
    ends = None if any(each.field in ENDS for each in wrong) else read_ends(network, flow)
    services, unread = readable_services(question, max_services)
    faults += [*wrong, *unread]
    for read in (read_mode, read_priority):
        with faults.noted():
            read(question)
    given, path = said_trace(question), None
    if given is not None:
        path, unread = readable_trace(network, given, ends)
        faults += unread
    is_empty = not services and not any(each.field in ("services", "default_protocol") for each in faults)
    missing = [name for name in ENDS if _is_empty(question.get(name))] + (["services"] if is_empty else [])
    errors = tuple(each for each in faults if each.field not in missing)
    return Draft(ends, tuple(services), path, tuple(missing), errors)


def draft_document(draft: Draft) -> Document:
    source, destination = map(str, draft.ends) if draft.ends is not None else (None, None)
    return {
        "source": source,
        "destination": destination,
        "services": [service_document(each) | {"name": NAMES.get(each.port)} for each in draft.services],
        "trace": None if draft.trace is None else _trace(draft.trace),
        "missing": list(draft.missing),
        "errors": [_error(each) for each in draft.errors],
        "is_complete": draft.is_complete,
    }


def _is_empty(said: object) -> bool:
    return said is None or (isinstance(said, str) and not said.strip())


def _trace(path: GivenPath) -> Document:
    return {"routers": [_stop(stop) for stop in path.stops], "notes": list(path.notes)}


def _stop(stop: Stop) -> Document:
    return {"name": stop.router, "incoming": stop.incoming, "outgoing": stop.outgoing}


def _error(error: QuestionError) -> Document:
    where = None if error.spot is None else to_builtins(error.spot)
    return {"field": error.field, "text": error.detail, "where": where}
