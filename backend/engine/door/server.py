"""The engine's socket on an asyncio loop: startup, serve, shutdown."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from backend.engine.calling import Call
from backend.engine.door.connection import Connection
from backend.engine.door.limits import Limits
from backend.engine.door.place import BACKLOG, Place
from backend.engine.door.reception import Figures, Reception

GRACE_S = 3.0
TURN_ACCEPTS = 16
"""So many new clients one after the other, and then the others have their turn."""
FLUSH_S = 1.0
"""So long a client has for reading what was written at the end."""


class Server:
    """`stop` only makes `serve` return; it may be called from a signal handler of the loop."""

    def __init__(
        self,
        place: Place,
        calls: Mapping[str, Call],
        *,
        limits: Limits | None = None,
        owners: Iterable[int] | None = None,
        guests: Iterable[int] = (),
    ) -> None:
        ours = frozenset({0, os.geteuid()} if owners is None else owners)
        self._place = place
        self._reception = Reception(calls, limits or Limits(), ours, frozenset(guests))
        self._listening: asyncio.Server | None = None
        self._stopped = asyncio.Event()

    @property
    def idle_since(self) -> float | None:
        """By the monotonic clock; None while a request is under way."""
        return self._reception.idle_since

    @property
    def is_stopping(self) -> bool:
        return self._stopped.is_set()

    @property
    def figures(self) -> Figures:
        return self._reception.figures

    @property
    def connections(self) -> int:
        return len(self._reception.connections)

    async def startup(self) -> None:
        self._place.take()
        loop = asyncio.get_running_loop()
        listener = self._place.listen()
        # Not create_unix_server, which from Python 3.13 on removes the socket's file at the end, also one of systemd's.
        self._listening = await loop.create_server(
            lambda: Connection(self._reception), sock=listener, backlog=TURN_ACCEPTS
        )
        listener.listen(BACKLOG)
        self._reception.open()

    def stop(self) -> None:
        self._stopped.set()

    async def serve(self) -> None:
        """Until `stop`. From then on nobody new is let in; who is connected is still answered."""
        await self._stopped.wait()
        self._close_door()

    async def shutdown(self, grace_s: float = GRACE_S) -> None:
        """Begin nothing new, let calls under way finish within the grace, then close. May be called twice."""
        self.stop()
        self._close_door()
        self._reception.is_ending = True
        for connection in list(self._reception.connections):
            connection.stop_streams()
        await _until(lambda: self.idle_since is not None, grace_s)
        for connection in list(self._reception.connections):
            connection.stop()
        for work in list(self._reception.lasting):
            work.cancel()
        await _until(lambda: self.idle_since is not None, FLUSH_S)
        for connection in list(self._reception.connections):
            connection.close()
        await _until(lambda: not self._reception.connections, FLUSH_S)
        for connection in list(self._reception.connections):
            connection.abort()
        self._place.leave()

    def _close_door(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self._place.close()


async def _until(is_so: Callable[[], bool], limit_s: float) -> None:
    deadline = monotonic() + limit_s
    while not is_so() and monotonic() < deadline:
        await asyncio.sleep(0.005)
