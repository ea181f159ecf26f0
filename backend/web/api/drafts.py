"""A test that somebody is still writing: nothing is refused, but said."""

from typing import Any, Literal

from flask.typing import ResponseReturnValue
from msgspec import UNSET, Struct, UnsetType

from backend.web import documents
from backend.web.access import signed
from backend.web.engine import answer
from backend.web.questions import Number, PortGiven, Text, said
from backend.web.route import Route

Field = Literal[
    "source", "destination", "source_port", "gateway", "tos", "ttl", "services", "default_protocol", "mode", "priority",
    "trace",
]  # fmt: skip


class Draft(Struct, forbid_unknown_fields=True, kw_only=True):
    """As `JobQuestion`, and any field may be missing or wrong."""

    source: Text = UNSET
    destination: Text = UNSET
    source_port: Number = UNSET
    tos: Number = UNSET
    ttl: Number = UNSET
    gateway: Text = UNSET
    services: str | list[str | int | PortGiven] | UnsetType | None = UNSET
    default_protocol: Text = UNSET
    mode: Text = UNSET
    priority: Text = UNSET
    trace: str | dict[str, Any] | UnsetType | None = UNSET


class NamedService(documents.Service):
    name: str | None
    """As /etc/services has it."""


class ReadHop(Struct):
    name: str
    incoming: str | None
    outgoing: str | None


class ReadTrace(Struct):
    routers: list[ReadHop]
    notes: list[str]
    """What of the trace cannot be tested, and what was missing."""


class Spot(Struct):
    """Where in the value of a field; what does not say it is null."""

    piece: str | None
    """Of services."""
    start: int | None
    """Of the piece in the text, in characters; `end` is behind it."""
    end: int | None
    line: int | None
    """Of the trace as text; lines and columns count from 1."""
    column: int | None
    hop: int | None
    """Of the trace; the first one is 1."""


class FieldError(Struct):
    field: Field
    text: str
    where: Spot | None


class ReadDraft(Struct):
    source: str | None
    """The address that a test would have; null while one of both ends cannot be read."""
    destination: str | None
    services: list[NamedService]
    """Those that can be read, one by one."""
    trace: ReadTrace | None
    missing: list[Field]
    """What a test needs and nobody has filled in."""
    errors: list[FieldError]
    is_complete: bool
    """It would be taken as it is."""


def check(body: Draft) -> ResponseReturnValue:
    return answer("draft", signed(question=said(body)))


ROUTES = [
    Route(
        "POST", "/api/v1/jobs/check", check, "What a test would be, and all that is wrong with it", "jobs",
        {200: ReadDraft}, body=Draft,
    ),
]  # fmt: skip
