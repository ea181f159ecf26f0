"""Connections that are waited for until some time, and then not read any more. It imports nothing of ours, since
gunicorn needs it before there is an application.
"""

import socket
import threading
from contextlib import suppress
from time import monotonic, sleep

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
