"""Takes jobs in, starts those whose turn it is, and ends those that must not go on."""

import asyncio
from contextlib import suppress
from functools import partial

from backend.engine.running.board import Board, now
from backend.engine.running.course import Course, Hands
from backend.jobs import queue as queues
from backend.jobs.job import Job
from backend.jobs.limits import TimeLimits, overdue
from backend.jobs.queue import RefusedError

LOOK_S = 0.2
"""How often it is looked whether a running job has overrun."""
STOPPED = "the engine was stopped"


class Conductor:
    def __init__(self, board: Board, hands: Hands, limits: TimeLimits) -> None:
        self._board = board
        self._hands = hands
        self._limits = limits
        self._courses: dict[str, tuple[Course, asyncio.Task[None]]] = {}
        self._arriving: set[str] = set()
        """In the queue, but not committed yet: nobody has been told that they are taken."""
        self.is_stopping = False

    async def submit(self, job: Job) -> Job:
        """The job with its number, when it cannot be lost any more; RefusedError, StoreError."""
        if self.is_stopping:
            raise RefusedError(f"{STOPPED}; it takes tests again when it is back", 5)
        job, kept = self._board.arrive(job)
        self._arriving.add(job.id)
        kept.add_done_callback(partial(self._arrived, job.id))
        await asyncio.shield(kept)
        return job

    def _arrived(self, id_: str, kept: "asyncio.Future[None]") -> None:
        self._arriving.discard(id_)
        if kept.exception() is not None:
            self._board.forget(id_)
        self.start()

    def start(self) -> None:
        """All whose turn it is."""
        while not self.is_stopping:
            job = queues.next_to_start(self._board.queue)
            if job is None or job.id in self._arriving:
                return
            job, _ = self._board.change(partial(queues.start, id_=job.id, at=now()))
            course = Course(self._board, self._hands, job)
            task = asyncio.create_task(course.run(), name=f"job {job.id}")
            self._courses[job.id] = course, task
            task.add_done_callback(partial(self._gone, course))

    def _gone(self, course: Course, task: "asyncio.Task[None]") -> None:
        """Told by the task, since one that is cancelled before its first step runs no line of its own."""
        course.leave()
        _, latest = self._courses[course.id]
        if latest is task:  # else the job has been started once more already
            del self._courses[course.id]
        self.start()

    async def cancel(self, id_: str, reason: str) -> Job:
        """As it is then, when that is committed; UnknownJobError where it has ended already."""
        course, task = self._courses.get(id_, (None, None))
        ending = partial(queues.cancel, id_=id_, reason=reason, at=now())
        job, kept = self._board.change(ending, course.result if course is not None else None)
        if task is not None and not task.cancelling():  # a second time, it would not see the end of its process
            task.cancel()
        self.start()
        await asyncio.shield(kept)
        return job

    def result(self, id_: str) -> bytes | None:
        """Of a job that runs, as far as it is known."""
        course, _ = self._courses.get(id_, (None, None))
        return course.result if course is not None else None

    async def drawn(self, id_: str, document: bytes) -> bytes:
        """The report of a job that has none."""
        pdf = await self._hands.drawing(document)
        await self._hands.keep_report(id_, pdf)
        return pdf

    async def watch_limits(self) -> None:
        """Until it is cancelled."""
        while True:
            while self._board.queue.running:
                self.end_overdue()
                await asyncio.sleep(LOOK_S)
            await self._board.changed()

    def end_overdue(self) -> None:
        for late in overdue(self._board.queue.running.values(), self._limits, now()):
            self._expire(late.job.id, late.reason)

    def _expire(self, id_: str, reason: str) -> None:
        course, task = self._courses[id_]
        self._board.change(partial(queues.expire, id_=id_, reason=reason, at=now()), course.result)
        task.cancel()

    async def stop(self, grace_s: float) -> None:
        """Takes nothing new; what runs may go on for so long, and ends then with what it has. What waits, waits."""
        self.is_stopping = True
        tasks = [task for _, task in self._courses.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=grace_s)
        for id_ in list(self._board.queue.running):
            self._expire(id_, STOPPED)
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
