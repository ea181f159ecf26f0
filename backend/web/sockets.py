"""Who has sockets open, and which of them have to be closed: whose session has ended, and who does not read.

An Engine.IO socket has a queue without a bound (`engineio.base_socket`), so those where it has grown are closed.
"""

import logging
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct

log = logging.getLogger(__name__)
KEY = "tsim.identity"
"""In the environment of the request that a socket began with."""
UPGRADED = "tsim.upgraded"
"""There too: the connection, where it is a WebSocket's alone."""
MOST_WAITING = 100
"""Packets that a client has not read yet."""


class Identity(Struct, frozen=True):
    """Who a socket belongs to, as the engine said when it began."""

    credentials: tuple[tuple[str, str], ...]
    """As the engine takes them: they are shown again with each question."""
    username: str
    role: str
    until_s: float
    """By the monotonic clock: then it is asked again whether the session still lives."""

    @property
    def params(self) -> dict[str, Any]:
        return dict(self.credentials)


class Sockets:
    """Each is named by its id in Engine.IO: one that never came as far as Socket.IO counts too."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._leaving: set[str] = set()
        server.eio.disconnect = self._disconnect

    def _disconnect(self, id_: str) -> None:
        """What Engine.IO does with who sends it nonsense; its own way waits until all was read, perhaps for good."""
        one = self._server.eio.sockets.pop(id_, None)
        if one is not None:
            one.close(wait=False)

    @property
    def count(self) -> int:
        return len(self._server.eio.sockets)

    def open(self) -> Mapping[str, Identity]:
        found = {id_: self.identity(id_) for id_ in list(self._server.eio.sockets)}
        return {id_: one for id_, one in found.items() if one is not None and not self._is_closed(id_)}

    def identity(self, id_: str) -> Identity | None:
        """None: there is no such socket, or nobody's any more."""
        found: Identity | None = self._server.environ.get(id_, {}).get(KEY)
        return found

    def renew(self, ids: Iterable[str], identity: Identity) -> None:
        for id_ in ids:
            if id_ in self._server.environ:  # else it has just gone
                self._server.environ[id_][KEY] = identity

    def upgraded(self, id_: str, connection: Any) -> None:
        with suppress(KeyError):  # there is none of this name
            self._server.environ[id_][UPGRADED] = connection

    def close(self, id_: str, reason: str) -> None:
        """Nobody's any more from now on; the connection itself stays until it has had the time to hear the reason."""
        if id_ not in self._server.environ:
            return  # it has gone while somebody asked whose it is
        self._server.environ[id_].pop(KEY, None)
        self._leaving.add(id_)
        sid = self._server.manager.sid_from_eio_sid(id_, "/")
        if sid is not None:
            self._server.emit("ended", {"reason": reason}, to=sid, ignore_queue=True)
            self._server.disconnect(sid, ignore_queue=True)

    def end_leaving(self) -> None:
        """Those that were closed before."""
        leaving, self._leaving = self._leaving, set()
        for id_ in leaving:
            self._cut(id_)

    def send_away(self, most: int) -> None:
        """So many of them, who come back then: cut off, since one that is told of an end may take it for good."""
        there = [id_ for id_, one in list(self._server.eio.sockets.items()) if not one.closed]
        for id_ in there[:most]:
            self._cut(id_)

    def drop_slow(self) -> int:
        """Those that do not read what is sent to them; how many that were."""
        slow = [id_ for id_, one in list(self._server.eio.sockets.items()) if one.queue.qsize() > MOST_WAITING]
        for id_ in slow:
            identity = self.identity(id_)
            log.info("a socket of %s does not read", identity.username if identity is not None else "nobody")
            self._cut(id_)
        return len(slow)

    def _cut(self, id_: str) -> None:
        one = self._server.eio.sockets.get(id_)
        if one is None:
            return
        connection = self._server.environ.get(id_, {}).get(UPGRADED)
        one.close(wait=False, abort=True)
        if connection is not None:
            with suppress(OSError):  # it has just gone
                connection.shutdown(socket.SHUT_RDWR)  # who writes to it, or waits for it, wakes up

    def _is_closed(self, id_: str) -> bool:
        one = self._server.eio.sockets.get(id_)
        return one is None or one.closed
