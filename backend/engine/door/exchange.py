"""One request whose answer takes time: its work, its deadline, its end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from typing import Protocol

from backend.engine import protocol
from backend.engine.calling import Lasting
from backend.engine.door.reception import Reception
from backend.engine.protocol import Code, EngineError, Request

log = logging.getLogger(__name__)
TURN_EVENTS = 64
"""So many events one after the other, and then the others have their turn."""

FAILED = EngineError(Code.INTERNAL, "the engine failed; its log says why")
GONE = EngineError(Code.STOPPED, "who asked has gone")
STOPPED = EngineError(Code.STOPPED, "it was stopped by who asked")
ENDED = EngineError(Code.UNAVAILABLE, "the engine ended before it was done")


class Outlet(Protocol):
    """Where answers go."""

    @property
    def is_full(self) -> bool: ...
    def write(self, frame: bytes) -> None: ...
    def forget(self, exchange: "Exchange") -> None: ...
    async def drained(self) -> None: ...


class Exchange:
    def __init__(self, outlet: Outlet, reception: Reception, request: Request, answer: object) -> None:
        self.request = request
        self.is_stream = isinstance(answer, AsyncIterator)
        self._outlet = outlet
        self._reception = reception
        self._reason: EngineError | None = None
        self._lasting: asyncio.Future[object] | None = None
        if isinstance(answer, Lasting):
            self._lasting = asyncio.ensure_future(answer.work)
            reception.keep(self._lasting)
        reception.begun()
        self._answer = answer
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._ended)

    def stop(self, reason: EngineError) -> None:
        if self._reason is None:
            self._reason = reason
            self._task.cancel()

    async def _run(self) -> None:
        frame = await self._frame()
        if self._outlet.is_full:
            await self._outlet.drained()
        self._outlet.write(frame)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Not at the end of `_run`, which never began where it was cancelled at once."""
        self._reception.ended()
        self._outlet.forget(self)
        if task.cancelled():
            if self._reason is None:
                log.error("call %s was cancelled by itself", self.request.call)
            self._outlet.write(self._fault(self._reason or FAILED))
        if asyncio.iscoroutine(self._answer):
            self._answer.close()

    async def _frame(self) -> bytes:
        id_ = self.request.id
        limit = asyncio.timeout(self.request.deadline_s)
        try:
            async with limit:
                return protocol.encode_result(id_, await self._result())
        except EngineError as error:
            return self._fault(error)
        except Exception as error:  # the edge of a request: a bug in one answer must not end the others
            if isinstance(error, TimeoutError) and limit.expired():
                text = f"{self.request.call} was not done within {self.request.deadline_s:g} s"
                return self._fault(EngineError(Code.TIMEOUT, text))
            log.exception("call %s failed", self.request.call)
            return self._fault(FAILED)

    def _fault(self, error: EngineError) -> bytes:
        self._reception.figures.faults += 1
        return protocol.encode_fault(self.request.id, error)

    async def _result(self) -> object:
        answer = self._answer
        if isinstance(answer, AsyncIterator):
            await self._pass_on(answer)
            return None
        if self._lasting is not None:
            return await asyncio.shield(self._lasting)
        assert isinstance(answer, Awaitable)
        return await answer

    async def _pass_on(self, events: AsyncIterator[object]) -> None:
        """A client that does not read what it watches stops what makes the events, too."""
        outlet, id_ = self._outlet, self.request.id
        count = 0
        try:
            async for event in events:
                frame = protocol.encode_event(id_, event)
                if outlet.is_full:
                    await outlet.drained()
                outlet.write(frame)
                count += 1
                if count % TURN_EVENTS == 0:
                    await asyncio.sleep(0)
        finally:
            if (close := getattr(events, "aclose", None)) is not None:
                await close()
