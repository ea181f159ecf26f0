"""The course of one job: its process is forked and heard, its result kept, its report drawn."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Protocol

from msgspec import Struct

from backend.engine.running.board import Board, now
from backend.engine.workers.error import WorkerError
from backend.jobs import queue as queues
from backend.jobs.event import EventState, Happening
from backend.jobs.job import Job
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.record import RecordError, decode_item
from backend.jobs.state import Status
from backend.store.error import StoreError

log = logging.getLogger(__name__)


class Process(Protocol):
    """That tests one job, and says how far it is."""

    async def receive(self) -> bytes: ...


class Hands(Struct, frozen=True):
    """Who does the work."""

    testing: Callable[[Job], AbstractAsyncContextManager[Process]]
    """With the facts that the job is about; at its end all is gone that it made."""
    drawing: Callable[[bytes], Awaitable[bytes]]
    """A report from a result."""
    keep_report: Callable[[str, bytes], Awaitable[None]]


class Course:
    """Of one attempt."""

    def __init__(self, board: Board, hands: Hands, job: Job) -> None:
        self._board = board
        self._hands = hands
        self._job = job
        self._found: Found | None = None

    @property
    def id(self) -> str:
        return self._job.id

    @property
    def result(self) -> bytes | None:
        """What is known so far."""
        return self._found.document if self._found is not None else None

    async def run(self) -> None:
        """Up to the end of its process. However that comes, the job is in another state then."""
        try:
            async with self._hands.testing(self._job) as process:
                await self._hear(process)
                await self._draw()  # while the process takes its lab down
        except WorkerError as error:
            self._failed(error)
        except RecordError as error:
            self._finish(Status.FAILED, f"its process said what nobody understands: {error}")
        except Exception as error:  # the edge of a job: a bug in one must not end the others
            log.exception("job %s failed", self._job.id)
            self._finish(Status.FAILED, f"the engine failed, and its log says why ({type(error).__name__})")

    async def _hear(self, process: Process) -> None:
        while self._found is None or not self._found.is_whole:
            self._take(decode_item(await process.receive()))

    def _take(self, item: Item) -> None:
        match item:
            case Entered():
                self._enter(item.phase)
            case Happening():
                self._board.tell(self._job.id, item)
            case Found():
                self._found = item
                self._board.learn(self._job.id, item.outcomes)
                if item.is_whole and self._job.asked.mode is Mode.PREDICT:
                    self._finish(Status.SUCCEEDED)
                elif item.is_whole:
                    self._enter(Phase.REPORT)  # the result is kept with it, before the process has closed its lab

    def _enter(self, phase: Phase) -> None:
        result = self.result if phase is Phase.REPORT else None
        if self._is_running:
            self._board.change(partial(queues.enter, id_=self._job.id, phase=phase, at=now()), result)

    async def _draw(self) -> None:
        if not self._is_running or self._found is None:
            return
        try:
            pdf = await self._hands.drawing(self._found.document)
            await self._hands.keep_report(self._job.id, pdf)
        except (WorkerError, StoreError) as error:
            self._finish(Status.SUCCEEDED, f"there is no report: {error}")
            return
        drawn = Happening(Phase.REPORT, EventState.FINISHED, "the report is drawn", {"bytes": len(pdf)})
        self._board.tell(self._job.id, drawn)
        self._finish(Status.SUCCEEDED)

    def _failed(self, error: WorkerError) -> None:
        if not self._is_running:
            return
        if error.is_said:
            self._finish(Status.FAILED, str(error))
        else:
            self._board.change(partial(queues.lose, id_=self._job.id, reason=str(error), at=now()), self.result)

    def _finish(self, status: Status, reason: str = "") -> None:
        if self._is_running:
            finish = partial(queues.finish, id_=self._job.id, status=status, reason=reason, at=now())
            self._board.change(finish, self.result)

    def leave(self) -> None:
        """When `run` is over: of a job that was ended from outside, the place is free only now."""
        if self._job.id in self._board.queue.leaving:
            self._board.change(partial(queues.lose, id_=self._job.id, reason="", at=now()))

    @property
    def _is_running(self) -> bool:
        return self._job.id in self._board.queue.running
