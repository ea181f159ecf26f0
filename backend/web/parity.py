"""The endpoints of the tester before this one, under their names and with their fields: views of the same functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from flask import request
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from backend.engine import EngineError
from backend.web import documents
from backend.web.access import Access, Scope, signed
from backend.web.api import jobs, results, services, sessions
from backend.web.api.services import quick
from backend.web.api.sessions import SignIn
from backend.web.engine import asked, told
from backend.web.errors import ProblemError
from backend.web.route import Empty, Media, Route

ENDED = {"succeeded", "failed", "cancelled", "expired"}
NAMES = {"source": "source_ip", "destination": "dest_ip", "services": "dest_ports", "trace": "user_trace_data"}
"""Fields of the engine's, as they are called here."""
Id = Annotated[str, Meta(min_length=1)]


class Main(Struct, forbid_unknown_fields=True, kw_only=True):
    source_ip: Annotated[str, Meta(min_length=1)]
    source_port: int | str | UnsetType | None = UNSET
    dest_ip: Annotated[str, Meta(min_length=1)]
    port_mode: Literal["quick", "manual"] = "manual"
    quick_ports: list[str] = []
    dest_ports: str = ""
    default_protocol: Literal["tcp", "udp"] | UnsetType = UNSET
    user_trace_data: str | dict[str, Any] | UnsetType | None = UNSET
    """A path of one's own: JSON, or in a form also a file."""


class OfRun(Struct, forbid_unknown_fields=True):
    run_id: Id


class Pdf(Struct, forbid_unknown_fields=True):
    id: Id
    download: bool = False


class State(Struct):
    status: str
    phase: str
    reason: str
    snapshot: dict[str, Any]


class Events(Struct):
    events: list[Raw]


def login(body: SignIn) -> ResponseReturnValue:
    return told({"success": True, **sessions.begin(body)})


def logout() -> ResponseReturnValue:
    sessions.leave()
    return told({"success": True})


def main(body: Main) -> ResponseReturnValue:
    with _named_as_here():
        id_ = msgspec.json.decode(jobs.submitted(_question(body)), type=jobs.OnlyId).id
    address = jobs.address(id_)
    said = {"success": True, "run_id": id_, "redirect": f"{request.root_path}/jobs/{id_}"}
    return told(said, HTTPStatus.ACCEPTED, {"Location": address})


def _question(body: Main) -> dict[str, Any]:
    """In the words of today."""
    chosen = body.port_mode == "quick"
    if chosen and not body.quick_ports:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "quick_ports is missing.", "quick_ports")
    if not chosen and not body.dest_ports.strip():
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "dest_ports is missing.", "dest_ports")
    question: dict[str, Any] = {
        "source": body.source_ip,
        "destination": body.dest_ip,
        "services": quick().resolved(body.quick_ports) if chosen else body.dest_ports,
    }
    more = {
        "source_port": body.source_port,
        "trace": body.user_trace_data,
        "default_protocol": body.default_protocol,
    }
    for name, value in more.items():
        if value is not UNSET:
            question[name] = value
    return question


@contextmanager
def _named_as_here() -> Iterator[None]:
    """What the engine finds wrong has the name that it has in this form."""
    try:
        yield
    except EngineError as error:
        name = NAMES.get(error.field or "")
        if name is None:
            raise
        message = error.message.replace(f"{error.field}:", f"{name}:", 1)
        raise EngineError(error.code, message, name, retry_after_s=error.retry_after_s) from error


def pdf(query: Pdf) -> ResponseReturnValue:
    return results.report_of(query.id, query.download)


def progress(query: OfRun) -> ResponseReturnValue:
    now = asked(State, "job", signed(job=query.run_id))
    happened = asked(Events, "events", signed(job=query.run_id, after=0))
    return told(
        {
            "success": True,
            "run_id": query.run_id,
            "status": now.status,
            "phase": now.phase,
            "percent": now.snapshot["percent"],
            "is_complete": now.status in ENDED,
            "reason": now.reason,
            "events": happened.events,
        }
    )


def cleanup() -> ResponseReturnValue:
    stats = asked(documents.Stats, "cleanup", signed())
    old = documents.OldStats(stats.sessions_removed, stats.jobs_removed, stats.reports_removed, stats.bytes_freed)
    return told(documents.Cleaned(True, old))


TAG = "before"
CHOICES, CONFIG = {200: documents.Choices}, {200: documents.TestConfig}
FILE = Media("application/pdf")
ROUTES = [
    Route(
        "POST", "/api/login", login, "Sign in", TAG, {200: documents.SignedIn}, Access.ANYONE,
        body=SignIn, takes_forms=True,
    ),
    Route("POST", "/api/logout", logout, "Sign out", TAG, {200: documents.Done}),
    Route(
        "POST", "/api/main", main, "Submit a test", TAG, {202: documents.Submitted},
        scope=Scope.TEST, body=Main, takes_forms=True, headers=jobs.KEYS,
    ),
    Route(
        "GET", "/api/pdf", pdf, "The report of a test", TAG, {200: FILE, 206: FILE, 304: Empty(), 416: FILE},
        query=Pdf, headers=results.PARTS,
    ),
    Route("GET", "/api/progress", progress, "All events of a test so far", TAG, {200: documents.Progress}, query=OfRun),
    Route("GET", "/api/services-config", services.services, "Services to choose from", TAG, CHOICES),
    Route("GET", "/api/test-config", services.test_config, "What a test may be about", TAG, CONFIG),
    Route(
        "POST", "/api/cleanup", cleanup, "Remove what is older than it may be", TAG, {200: documents.Cleaned},
        Access.ADMIN, Scope.ADMIN,
    ),
]  # fmt: skip
