"""How long a body may take to arrive. gunicorn has no limit for that: who sends a byte now and then would keep a place.

When the time is over we read no more from that connection; what has come then is too short, which is answered as such.
"""

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]
LONGEST_S = 20.0
LEAST_BYTES_S = 64 * 1024
"""A large body has more time, at this rate."""
LOOK_S = 0.5


class Deadlines:
    """Until when somebody is waited for. It starts its thread with the first of them."""

    def __init__(self) -> None:
        self._waiting: dict[int, tuple[float, socket.socket]] = {}
        self._lock = threading.Lock()
        self._has_begun = False

    def begin(self, connection: socket.socket, until_s: float) -> None:
        with self._lock:
            self._waiting[id(connection)] = until_s, connection
            if not self._has_begun:
                self._has_begun = True
                threading.Thread(target=self._look, name="patience", daemon=True).start()

    def end(self, connection: socket.socket) -> None:
        """May be called twice."""
        with self._lock:
            self._waiting.pop(id(connection), None)

    def _look(self) -> None:
        while True:
            sleep(LOOK_S)
            now_s = monotonic()
            with self._lock:
                late = [connection for until_s, connection in self._waiting.values() if until_s < now_s]
            for connection in late:
                with suppress(OSError):  # it has just gone
                    connection.shutdown(socket.SHUT_RD)


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
