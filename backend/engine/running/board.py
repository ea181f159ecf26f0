"""The queue, and what has happened to each job in it: the one place where a job changes.

Every change goes to the journal, and is told to those who watch when it is committed.
"""

import asyncio
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic

from msgspec import Struct, structs

from backend.engine.running.journal import Journal, Keeper
from backend.engine.running.log import Log
from backend.jobs import queue as queues
from backend.jobs.event import Course, Event, Happening, happened, state_told
from backend.jobs.forecast import Place, places
from backend.jobs.job import Job, Outcome
from backend.jobs.moment import Moment
from backend.jobs.queue import Change, Queue
from backend.jobs.record import encode_event
from backend.jobs.recovery import recovered

PLACES_S = 1.0
"""So long places are believed while nothing changes but the time."""
Kept = asyncio.Future[None]
Listener = Callable[[Job, Sequence[bytes]], None]
"""Gets a job as it is now, and what has happened to it, as JSON."""


def now() -> Moment:
    return Moment(datetime.now(UTC), monotonic())


class Active(Struct):
    """A job that has not ended, as far as the store knows."""

    job: Job
    kept: Job | None
    """As it would be after a crash, which is what others are told; None: it would not be there."""
    course: Course
    log: Log


class Board:
    def __init__(self, queue: Queue, keeper: Keeper) -> None:
        self.queue = queue
        self.journal = Journal(keeper, self._told)
        self.listeners: list[Listener] = []
        self._active: dict[str, Active] = {}
        self._places: Mapping[str, Place] | None = None
        self._placed_s = 0.0
        self._changed = asyncio.Event()

    def recover(
        self, kept: Iterable[tuple[Job, Sequence[Event]]], last_number: int, reported: Container[str] = ()
    ) -> None:
        """The jobs that had not ended when the engine did, each with its events; no number is given twice."""
        jobs = []
        for job, events in kept:
            jobs.append(job)
            last = events[-1] if events else None
            course = Course(job.id, job.asked.mode, last.seq if last else 0, last.percent if last else 0)
            self._active[job.id] = Active(job, job, course, Log(map(encode_event, events)))
        empty = structs.replace(self.queue, last_number=last_number)
        self.queue, changed = recovered(empty, jobs, now(), reported)
        for job in changed:
            self._write(self._active[job.id], job, None)

    def arrive(self, job: Job) -> tuple[Job, Kept]:
        """A new job; RefusedError where there is no room."""
        self.queue, job = queues.submit(self.queue, job)
        known = Active(job, None, Course(job.id, job.asked.mode), Log())
        self._active[job.id] = known
        self._alter()
        return job, self.journal.write(job, [self._numbered(known, state_told(job))], is_new=True)

    def forget(self, id_: str) -> None:
        """A new one that could not be kept, and may have been cancelled meanwhile."""
        self._active.pop(id_).log.end()
        if id_ in self.queue.waiting:
            self.queue, _ = queues.cancel(self.queue, id_, "", now())
        self._alter()

    def change(self, change: Callable[[Queue], Change], result: bytes | None = None) -> tuple[Job, Kept]:
        """The job as it is then, and when that is committed."""
        self.queue, job = change(self.queue)
        self._alter()
        known = self._active.get(job.id)
        if known is None or known.job is job:
            kept: Kept = asyncio.get_running_loop().create_future()
            kept.set_result(None)
            return job, kept
        return job, self._write(known, job, result)

    def _write(self, known: Active, job: Job, result: bytes | None) -> Kept:
        known.job = job
        return self.journal.write(job, [self._numbered(known, state_told(job))], result)

    def learn(self, id_: str, outcomes: tuple[Outcome, ...]) -> None:
        """It is kept and told with what happens next."""
        if id_ in self.queue.running:
            self.queue, self._active[id_].job = queues.learn(self.queue, id_, outcomes)

    def tell(self, id_: str, what: Happening) -> None:
        """Something that happens while a job runs. What a process says whose job has been ended is not heard."""
        known = self._active.get(id_)
        if known is not None and not known.job.state.has_ended:
            self.journal.write(known.job, [self._numbered(known, what)])

    def _numbered(self, known: Active, what: Happening) -> Event:
        known.course, event = happened(known.course, what, now().time)
        return event

    def _told(self, job: Job, events: Sequence[Event]) -> None:
        texts = [encode_event(event) for event in events]
        known = self._active.get(job.id)
        if known is not None:
            known.kept = job
            known.log.add(texts)
            if job.state.has_ended:
                known.log.end()
                del self._active[job.id]
        for listener in self.listeners:
            listener(job, texts)

    def find(self, id_: str) -> Job | None:
        """As it is committed; None: it has ended, or never was."""
        known = self._active.get(id_)
        return known.kept if known is not None else None

    def log(self, id_: str) -> Log | None:
        known = self._active.get(id_)
        return known.log if known is not None else None

    @property
    def jobs(self) -> list[Job]:
        return [active.kept for active in self._active.values() if active.kept is not None]

    def place(self, id_: str) -> Place | None:
        """Of a job that waits."""
        if self._places is None or monotonic() - self._placed_s > PLACES_S:
            self._places = {place.job: place for place in places(self.queue, now())}
            self._placed_s = monotonic()
        return self._places.get(id_)

    def _alter(self) -> None:
        self._places = None
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def changed(self) -> None:
        """When the queue is another one."""
        await self._changed.wait()
