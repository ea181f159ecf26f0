"""What all connections of a server share: the calls, the limits, who is here, and how much is under way."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Mapping
from time import monotonic
from typing import TYPE_CHECKING

from msgspec import Struct

from backend.engine.calling import Call, Caller
from backend.engine.door.limits import Limits
from backend.engine.protocol import Code, EngineError
from backend.lab.hand.server import peer_of

if TYPE_CHECKING:
    from backend.engine.door.connection import Connection

log = logging.getLogger(__name__)
READ_BYTES = 64 * 1024


class Figures(Struct):
    """Counted since the start."""

    connections: int = 0
    refused_connections: int = 0
    requests: int = 0
    faults: int = 0


class Reception:
    def __init__(
        self, calls: Mapping[str, Call], limits: Limits, owners: frozenset[int], guests: frozenset[int]
    ) -> None:
        self.calls = calls
        self.limits = limits
        self.figures = Figures()
        self.connections: set[Connection] = set()
        self.lasting: set[asyncio.Future[object]] = set()
        self.is_ending = False
        # What is read is taken from here before anybody else reads, so one is enough for all connections.
        self.read_buffer = memoryview(bytearray(READ_BYTES))
        self._owners = owners
        self._guests = guests
        self._of_user: Counter[int] = Counter()
        self._under_way = 0
        self._idle_since = monotonic()

    @property
    def idle_since(self) -> float | None:
        """By the monotonic clock; None while a request is under way."""
        return None if self._under_way or self.lasting else self._idle_since

    def admit(self, connection: "Connection", peer: socket.socket) -> Caller:
        caller = self._caller(peer)
        limits = self.limits
        try:
            if not caller.is_owner and caller.uid not in self._guests:
                raise EngineError(Code.FORBIDDEN, f"user {caller.uid} may not ask this engine")
            if len(self.connections) >= limits.connections:
                raise EngineError(Code.BUSY, f"all {limits.connections} connections to the engine are taken")
            if self._of_user[caller.uid] >= limits.user_connections:
                text = f"user {caller.uid} has {limits.user_connections} connections to the engine already"
                raise EngineError(Code.BUSY, text)
        except EngineError:
            self.figures.refused_connections += 1
            raise
        self.connections.add(connection)
        self._of_user[caller.uid] += 1
        self.figures.connections += 1
        return caller

    def leave(self, connection: "Connection", caller: Caller) -> None:
        self.connections.discard(connection)
        self._of_user[caller.uid] -= 1
        if not self._of_user[caller.uid]:
            del self._of_user[caller.uid]

    def open(self) -> None:
        """Before that nobody could ask."""
        self._idle_since = monotonic()

    def asked(self) -> None:
        self.figures.requests += 1
        self._idle_since = monotonic()

    def begun(self) -> None:
        self._under_way += 1

    def ended(self) -> None:
        self._under_way -= 1
        self._idle_since = monotonic()

    def keep(self, work: "asyncio.Future[object]") -> None:
        """Till it is done, whoever waits for it."""
        self.lasting.add(work)
        work.add_done_callback(self._kept)

    def _kept(self, work: "asyncio.Future[object]") -> None:
        self.lasting.discard(work)
        self._idle_since = monotonic()
        error = None if work.cancelled() else work.exception()
        if error is not None and not isinstance(error, EngineError):
            log.error("a call failed", exc_info=error)

    def _caller(self, peer: socket.socket) -> Caller:
        pid, uid = peer_of(peer)
        return Caller(pid, uid, uid in self._owners)
