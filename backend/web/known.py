"""Who somebody is: the engine is asked once a second, and not with each request.

What it said is believed while nothing has changed (`engine/changes.py`): who signs out, loses a role or is locked is
refused by the very next request, at all webs of this engine. For a second at most, since an engine elsewhere may share
the database, sessions end by time, and an engine that is gone should be noticed. Sockets are opened without this.
"""

from time import monotonic
from typing import Any, cast

import msgspec
from flask import Response, current_app
from msgspec import Struct

from backend.engine.changes import Seen
from backend.web.engine import JSON, Engine

WHO = "session"
"""The call that says it."""
BELIEVED_S = 1.0
MOST_KNOWN = 10_000


class Said(Struct, frozen=True):
    document: bytes
    number: int
    """Of changes until then."""
    until_s: float


class Who(Struct, frozen=True):
    username: str
    role: str


class Known:
    def __init__(self, engine: Engine, seen: Seen) -> None:
        self._engine = engine
        self._seen = seen
        self._said: dict[tuple[str | None, str | None], Said] = {}
        """By token and session."""

    def document(self, params: dict[str, Any]) -> bytes:
        """EngineError where it is nobody."""
        shown = params.get("token"), params.get("session")
        said = self._said.get(shown)
        if said is not None and said.number == self._seen.number and monotonic() < said.until_s:
            return said.document
        return self._asked(shown, params)

    def _asked(self, shown: tuple[str | None, str | None], params: dict[str, Any]) -> bytes:
        self._seen.look()
        number = self._seen.number  # before it is asked: what changes meanwhile is another number
        self._said.pop(shown, None)
        document = self._engine.call(WHO, params)
        if number is not None:
            if len(self._said) >= MOST_KNOWN:
                self._said.clear()
            self._said[shown] = Said(document, number, monotonic() + BELIEVED_S)
        return document


def answer(params: dict[str, Any]) -> Response:
    return Response(_known().document(params), mimetype=JSON)


def who(params: dict[str, Any]) -> Who:
    return msgspec.json.decode(_known().document(params), type=Who)


def _known() -> Known:
    return cast(Known, current_app.extensions["tsim_known"])
