"""How long a body may take to arrive. gunicorn has no limit for that: who sends a byte now and then would keep a place.

When the time is over we read no more from that connection; what has come then is too short, which is answered as such.
"""

import socket
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from backend.deadlines import Deadlines

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
LONGEST_S = 20.0
LEAST_BYTES_S = 64 * 1024
"""A large body has more time, at this rate."""


class Patience:
    """In front of the application."""

    def __init__(self, inside: Application, longest_s: float = LONGEST_S) -> None:
        self._inside = inside
        self._longest_s = longest_s
        self._deadlines = Deadlines()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        length = environ.get("CONTENT_LENGTH") or "0"
        if connection is not None and (length != "0" or "HTTP_TRANSFER_ENCODING" in environ):
            limit_s = self._longest_s + (int(length) if length.isdigit() else 0) / LEAST_BYTES_S
            until_s = monotonic() + limit_s
            environ["wsgi.input"] = _Body(environ["wsgi.input"], lambda read: self._read(connection, until_s, read))
        return self._inside(environ, start_response)

    def _read(self, connection: socket.socket, until_s: float, read: Callable[[], bytes]) -> bytes:
        self._deadlines.begin(connection, until_s)
        try:
            return read()
        finally:
            self._deadlines.end(connection)


class _Body:
    def __init__(self, body: Any, within: Callable[[Callable[[], bytes]], bytes]) -> None:
        self._body = body
        self._within = within

    def read(self, size: int = -1) -> bytes:
        return self._within(lambda: self._body.read(size) if size >= 0 else self._body.read())

    def readline(self, size: int = -1) -> bytes:
        return self._within(lambda: self._body.readline(size) if size >= 0 else self._body.readline())

    def __iter__(self) -> Any:
        return iter(self.readline, b"")
