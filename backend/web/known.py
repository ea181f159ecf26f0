"""The engine, as the web asks it: who somebody is, it is asked once a second and not with each request.

What it said is believed while nothing has changed (`engine/changes.py`): who signs out, loses a role or is locked is
refused by the very next request, at all webs of this engine. For a second at most, since an engine elsewhere may share
the database, sessions end by time, and an engine that is gone should be noticed.
"""

from time import monotonic
from typing import Any

from msgspec import Struct

from backend.engine.changes import Seen
from backend.engine.client import Stream
from backend.web.engine import Engine

WHO = "session"
"""The call that says who somebody is."""
BELIEVED_S = 1.0
MOST_KNOWN = 10_000


class Said(Struct, frozen=True):
    document: bytes
    number: int
    """Of changes until then."""
    until_s: float


class Known:
    def __init__(self, engine: Engine, seen: Seen) -> None:
        self._engine = engine
        self._seen = seen
        self._said: dict[tuple[str | None, str | None], Said] = {}
        """By token and session."""

    def call(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
        if name != WHO or not params:
            return self._engine.call(name, params, deadline_s)
        shown = params.get("token"), params.get("session")
        said = self._said.get(shown)
        if said is not None and said.number == self._seen.number and monotonic() < said.until_s:
            return said.document
        return self._asked(shown, params, deadline_s)

    def stream(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> Stream:
        return self._engine.stream(name, params, deadline_s)

    def _asked(self, shown: tuple[str | None, str | None], params: dict[str, Any], deadline_s: float | None) -> bytes:
        self._seen.look()
        number = self._seen.number  # before it is asked: what changes meanwhile is another number
        self._said.pop(shown, None)
        document = self._engine.call(WHO, params, deadline_s)
        if number is not None:
            if len(self._said) >= MOST_KNOWN:
                self._said.clear()
            self._said[shown] = Said(document, number, monotonic() + BELIEVED_S)
        return document
