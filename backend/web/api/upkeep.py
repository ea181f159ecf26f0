"""For administrators: who waits for what, what may go, who did what."""

from datetime import datetime
from typing import Annotated

import msgspec
from flask import current_app
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.web import documents, health
from backend.web.access import Access, Scope, signed
from backend.web.documents import Count
from backend.web.engine import answer, ask, asked, told
from backend.web.route import Route

Time = Annotated[datetime, Meta(tz=True)]


class Sought(Struct, forbid_unknown_fields=True):
    who: str | UnsetType = UNSET
    what: str | UnsetType = UNSET
    object: str | UnsetType = UNSET
    since: Time | UnsetType = UNSET
    until: Time | UnsetType = UNSET
    cursor: Count | UnsetType = UNSET
    """`next` of the page before."""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class Health(Struct):
    network: str


class Tests(Struct):
    waiting: int
    running: int


class Door(Struct):
    connections: int


class Figures(Struct):
    uptime_s: float
    memory_bytes: int
    jobs: Tests
    socket: Door


def queue() -> ResponseReturnValue:
    return answer("queue", signed())


def cleanup() -> ResponseReturnValue:
    return answer("cleanup", signed())


def due() -> ResponseReturnValue:
    return answer("cleanup", signed(is_dry=True))


def audit(query: Sought) -> ResponseReturnValue:
    sought = msgspec.to_builtins(query)
    if "cursor" in sought:
        sought["before"] = sought.pop("cursor")
    return answer("audit", signed(**sought))


def health_now() -> ResponseReturnValue:
    """As /health, with what is wrong also for who asks from elsewhere."""
    ask("queue", signed())  # refused to all but administrators
    figures, active = asked(Figures, "metrics"), asked(Health, "health").network
    checks = health.checks(current_app.extensions["tsim_config"])
    return told(
        documents.HealthNow(
            status=health.OK if set(checks.values()) == {health.OK} else health.FAILED,
            checks=checks,
            uptime_s=figures.uptime_s,
            memory_bytes=figures.memory_bytes,
            network=active,
            waiting=figures.jobs.waiting,
            running=figures.jobs.running,
            connections=figures.socket.connections,
        )
    )


TAG = "administration"
ADMIN = Access.ADMIN, Scope.ADMIN
ROUTES = [
    Route("GET", "/api/v1/queue", queue, "Tests that wait and run", TAG, {200: documents.Queue}, *ADMIN),
    Route("GET", "/api/v1/checks", health_now, "Is all well, and what is not", TAG, {200: documents.HealthNow}, *ADMIN),
    Route("GET", "/api/v1/cleanup", due, "What a clean-up would remove now", TAG, {200: documents.Stats}, *ADMIN),
    Route(
        "POST", "/api/v1/cleanup", cleanup, "Remove what is older than it may be", TAG, {200: documents.Stats}, *ADMIN,
    ),
    Route(
        "GET", "/api/v1/audit", audit, "Who did what, newest first", TAG, {200: documents.AuditList},
        *ADMIN, query=Sought,
    ),
]  # fmt: skip
