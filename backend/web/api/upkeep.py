"""For administrators: who waits for what, what may go, who did what."""

from datetime import datetime
from typing import Annotated

import msgspec
from flask.typing import ResponseReturnValue
from msgspec import Meta, Struct

from backend.web import documents
from backend.web.access import Access, Scope, signed
from backend.web.documents import Count
from backend.web.engine import answer
from backend.web.route import Route

Time = Annotated[datetime, Meta(tz=True)]


class Sought(Struct, forbid_unknown_fields=True):
    who: str | None = None
    what: str | None = None
    object: str | None = None
    since: Time | None = None
    until: Time | None = None
    cursor: Count | None = None
    """`next` of the page before."""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


def queue() -> ResponseReturnValue:
    return answer("queue", signed())


def cleanup() -> ResponseReturnValue:
    return answer("cleanup", signed())


def audit(query: Sought) -> ResponseReturnValue:
    sought = {name: value for name, value in msgspec.to_builtins(query).items() if value is not None}
    if query.cursor is not None:
        sought["before"] = sought.pop("cursor")
    return answer("audit", signed(**sought))


TAG = "administration"
ADMIN = Access.ADMIN, Scope.ADMIN
ROUTES = [
    Route("GET", "/api/v1/queue", queue, "Tests that wait and run", TAG, {200: documents.Queue}, *ADMIN),
    Route(
        "POST", "/api/v1/cleanup", cleanup, "Remove what is older than it may be", TAG, {200: documents.Stats}, *ADMIN,
    ),
    Route(
        "GET", "/api/v1/audit", audit, "Who did what, newest first", TAG, {200: documents.AuditList},
        *ADMIN, query=Sought,
    ),
]  # fmt: skip
