"""Processes that are ready to answer, so that a question waits for none to be started."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress

from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.template import WITHOUT_LIMITS, Template
from backend.engine.workers.work import Limits
from backend.engine.workers.worker import Worker

FIRST_PAUSE_S = 0.02
LONGEST_PAUSE_S = 5.0


class Pool:
    """Questions go to the next one that is free, in the order in which they come."""

    def __init__(self, template: Template, work: str, size: int, limits: Limits = WITHOUT_LIMITS) -> None:
        """The processes are started by `start`, or with the first question."""
        self._template = template
        self._work = work
        self._size = size
        self._limits = limits
        self._members: set[Worker] = set()
        self._free: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._finishing: set[asyncio.Task[None]] = set()
        self._deaths = 0
        """In a row, without an answer between."""
        self._why = ""
        self._is_closed = False
        self.replaced = 0

    async def start(self) -> None:
        """All are there when this returns; WorkerError."""
        await asyncio.gather(*(self._start_one() for _ in range(self._size - len(self._members))))

    async def ask(self, message: bytes, deadline_s: float) -> bytes:
        """What one of them answers, or a WorkerError."""
        deadline = _now() + deadline_s
        try:
            return await self._asked(await self._taken(deadline), message, deadline)
        except WorkerError as error:
            if error.why is not Why.DIED or self._is_closed or not self._template.is_alive:
                raise
        return await self._asked(await self._taken(deadline, is_first=True), message, deadline)

    async def close(self) -> None:
        """Nobody is answered any more; may be called twice."""
        self._is_closed = True
        self._refuse()
        tasks = [*self._starting, *self._finishing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.close() for worker in list(self._members)))

    async def _asked(self, worker: Worker, message: bytes, deadline: float) -> bytes:
        try:
            answer = await worker.ask(message, deadline - _now())
        except WorkerError as error:
            self._drop(worker, str(error))
            raise
        except asyncio.CancelledError:
            # What it still answers would be taken for the answer to the next question.
            _keep(self._finishing, self._finish(worker, deadline))
            raise
        self._deaths = 0
        self._release(worker)
        return answer

    async def _finish(self, worker: Worker, deadline: float) -> None:
        """Nobody waits for its answer any more."""
        try:
            await worker.receive(deadline - _now())
        except WorkerError as error:
            self._drop(worker, str(error))
        else:
            self._release(worker)

    async def _taken(self, deadline: float, is_first: bool = False) -> Worker:
        """`is_first`: who has waited once is not put behind all others."""
        self._fill()
        if self._free:
            return self._free.pop()
        if self._is_closed or not self._template.is_alive:
            raise self._refusal()
        waiting: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if is_first else self._waiting.append)(waiting)
        try:
            async with asyncio.timeout_at(deadline):
                return await waiting
        except TimeoutError:
            self._give_on(waiting)
            why = f": {self._why}" if self._why and not self._members else ""
            raise WorkerError(Why.LATE, f"no process {self._work!r} was free in time{why}") from None
        except asyncio.CancelledError:
            self._give_on(waiting)
            raise

    def _give_on(self, waiting: "asyncio.Future[Worker]") -> None:
        """Who goes away in the very moment in which a process is there for them has not used it."""
        with suppress(ValueError):
            self._waiting.remove(waiting)
        if waiting.done() and not waiting.cancelled() and waiting.exception() is None:
            self._release(waiting.result())

    def _release(self, worker: Worker) -> None:
        if worker not in self._members:
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._free.append(worker)

    def _gone(self, worker: Worker, how: str) -> None:
        """Who asks one that ends hears itself what it has still said."""
        if worker in self._free:
            self._drop(worker, how)

    def _drop(self, worker: Worker, why: str) -> None:
        if worker not in self._members:
            return
        self._members.discard(worker)
        with suppress(ValueError):
            self._free.remove(worker)
        worker.abandon()
        self._why = why
        self._deaths += 1
        self.replaced += 1
        self._fill()

    def _fill(self) -> None:
        if self._is_closed or not self._template.is_alive:
            self._refuse()
            return
        for _ in range(self._size - len(self._members) - len(self._starting)):
            _keep(self._starting, self._add())

    async def _add(self) -> None:
        """Where one after the other dies, each new one comes later than the one before."""
        while not self._is_closed and self._template.is_alive:
            await asyncio.sleep(self._pause_s())
            try:
                await self._start_one()
            except WorkerError as error:
                self._why = str(error)
                self._deaths += 1
                if error.is_said and not self._members:
                    self._refuse()
            else:
                return
        self._refuse()

    async def _start_one(self) -> None:
        worker = await self._template.fork(self._work, b"", self._limits)
        self._members.add(worker)
        worker.when_ended(self._gone)
        self._release(worker)

    def _pause_s(self) -> float:
        after = self._deaths - self._size
        return min(FIRST_PAUSE_S * 2.0 ** min(after, 20), LONGEST_PAUSE_S) if after > 0 else 0.0

    def _refuse(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(self._refusal())

    def _refusal(self) -> WorkerError:
        why = "it is closed" if self._is_closed else self._why or "its template has ended"
        return WorkerError(Why.DIED, f"nothing is answered by {self._work!r} any more: {why}")


def _keep(tasks: "set[asyncio.Task[None]]", work: Coroutine[None, None, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _now() -> float:
    return asyncio.get_running_loop().time()
