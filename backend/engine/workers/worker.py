"""A process that does one piece of work, as the engine's loop sees it."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from backend.engine.workers.connection import Connection
from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.frame import Frame, Kind
from backend.engine.workers.handle import Handle

MUCH = 1 << 22
"""Bytes that wait to be received: the process then waits until they are."""
GRACE_S = 2.0
LARGE = 1 << 20
"""What is larger is put together in a thread (bytes.join lets others run meanwhile)."""


class Worker:
    """One coroutine receives from it at a time. Whoever gets one closes it."""

    def __init__(self, work: str, end: socket.socket) -> None:
        """By a template, which says what becomes of the process."""
        self.work = work
        self.pid = 0
        self._handle: Handle | None = None
        self._connection = Connection(end, self._heard, self._lost)
        self._frames: deque[Frame] = deque()
        self._waiting = 0
        self._is_lost = False
        self._last_words = ""
        self._why = ""
        self._arrived: asyncio.Future[None] | None = None
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def receive(self, timeout_s: float | None = None) -> bytes:
        """What it says next, or a WorkerError. One that takes longer than it may is killed."""
        frame = await self._next(timeout_s)
        if frame.kind is Kind.FAILED:
            raise WorkerError(Why.FAILED, frame.body.decode(errors="replace"))
        if frame.kind is Kind.DONE:
            raise WorkerError(Why.FAILED, f"the process {self.work!r} has said all that it had to say")
        return await _joined(frame)

    async def said(self, timeout_s: float | None = None) -> AsyncIterator[bytes]:
        """All that it says until its work is done. The time is for all of it; `receive` says what may go wrong."""
        deadline = None if timeout_s is None else _now() + timeout_s
        while True:
            frame = await self._next(None if deadline is None else max(deadline - _now(), 0.0))
            if frame.kind is Kind.DONE:
                return
            if frame.kind is Kind.FAILED:
                raise WorkerError(Why.FAILED, frame.body.decode(errors="replace"))
            yield await _joined(frame)

    async def ask(self, message: bytes, timeout_s: float) -> bytes:
        """One message there, one back."""
        self._connection.send(message)
        return await self.receive(timeout_s)

    async def send(self, message: bytes) -> None:
        """What a process that has ended does not get is no error here: who receives is told."""
        self._connection.send(message)
        await self._connection.drained()

    def kill(self) -> None:
        """With all that it has started; may be called at any time."""
        if self._handle is not None:
            self._handle.kill()

    async def ended(self) -> str:
        """How, when it is gone."""
        return await asyncio.shield(self._ended)

    async def close(self, grace_s: float = 0.0) -> None:
        """It is gone when this returns; may be called twice.

        One whose work is done ends by itself, and faster than one that is killed: it closes its labs side by side.
        """
        self._leave()
        if grace_s:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace_s):
                    await self.ended()
        self.kill()
        await self._how()

    def abandon(self) -> None:
        """It ends without anybody who waits for that."""
        self.kill()
        self._leave()

    def when_ended(self, call: Callable[["Worker", str], None]) -> None:
        """Which one, and how."""
        self._ended.add_done_callback(lambda ended: call(self, f"the process {self.work!r} {ended.result()}"))

    # What its template says.

    def begin(self, pid: int, handle: Handle) -> None:
        self.pid, self._handle = pid, handle

    def end(self, how: str, why: str = "") -> None:
        """`why`: what it has done itself that it was ended for."""
        if not self._ended.done():
            self._why = why
            self._ended.set_result(how)
        if self._handle is not None:
            self._handle.close()

    def end_with_template(self, why: str) -> None:
        """Nobody says any more how it ends, but the kernel when (pidfd_open(2))."""
        if self._ended.done():
            return  # it was given up before
        handle, loop = self._handle, asyncio.get_running_loop()
        assert handle is not None

        def over() -> None:
            loop.remove_reader(handle.fileno())
            self.end(f"ended with its template: {why}")

        self.kill()
        loop.add_reader(handle.fileno(), over)

    async def _next(self, timeout_s: float | None) -> Frame:
        if not self._frames and not self._is_lost:
            self._arrived = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(timeout_s):
                    await self._arrived
            except TimeoutError:
                self.kill()
                raise WorkerError(Why.LATE, f"the process {self.work!r} did not answer in time") from None
            finally:
                self._arrived = None
        if not self._frames:
            raise await self._death()
        frame = self._frames.popleft()
        self._waiting -= frame.size
        if self._waiting <= MUCH:
            self._connection.go_on()
        return frame

    async def _death(self) -> WorkerError:
        """One that closes its end is of no use any more, even when it runs on."""
        self.kill()
        how = self._last_words or await self._how()
        if self._why:
            return WorkerError(Why.FAILED, self._why)
        return WorkerError(Why.DIED, f"the process {self.work!r} {how}")

    async def _how(self) -> str:
        """A template that hangs does not say how those ended that were killed."""
        try:
            async with asyncio.timeout(GRACE_S):
                return await self.ended()
        except TimeoutError:
            self.end("was killed, and its template does not say how it ended")
            return self._ended.result()

    def _heard(self, frame: Frame) -> None:
        self._frames.append(frame)
        self._waiting += frame.size
        if self._waiting > MUCH:
            self._connection.pause()
        self._wake()

    def _lost(self, reason: str) -> None:
        self._is_lost = True
        self._last_words = reason
        self._wake()

    def _leave(self) -> None:
        """Whoever still receives is told how it ended."""
        self._connection.close()
        self._is_lost = True
        self._wake()

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)


async def _joined(frame: Frame) -> bytes:
    if frame.size > LARGE:
        return await asyncio.to_thread(b"".join, frame.parts)
    return frame.body


def _now() -> float:
    return asyncio.get_running_loop().time()
