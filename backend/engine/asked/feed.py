"""Everything that happens to all jobs, for who passes it on to many watchers: the web.

Several webs may listen. One of those that want to leads, and passes on what others than the engine's own webs are to
know; when it goes, the next one leads at once.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence

from msgspec import Raw, Struct

from backend.engine.asked.declared import declared
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.running.board import Board
from backend.jobs.document import job_document
from backend.jobs.job import Job

MOST = 10_000
"""Frames that may wait to be read."""


class Listen(Struct, frozen=True, forbid_unknown_fields=True):
    lead: bool = False
    """Whether it would lead."""


class Listening:
    """One who listens, and what is still to be told."""

    def __init__(self, would_lead: bool) -> None:
        self.would_lead = would_lead
        self._waiting: deque[object] = deque(maxlen=MOST + 1)
        self._arrived = asyncio.Event()

    def put(self, frame: object) -> None:
        self._waiting.append(frame)
        self._arrived.set()

    async def next(self) -> object:
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        if len(self._waiting) > MOST:
            raise EngineError(Code.BUSY, "more happens than is read: begin again")
        return self._waiting.popleft()


class Feed:
    def __init__(self, board: Board) -> None:
        self._board = board
        self._engine = secrets.token_hex(8)
        """Of this process: all who hear it name the same engine, and after a restart another one."""
        self._listening: list[Listening] = []
        board.listeners.append(self._hear)

    def calls(self) -> Mapping[str, Call]:
        return {"feed": declared(Listen, self._feed)}

    def altered(self, person: str) -> None:
        """Sessions, tokens or the role of this person: who serves them asks again who they are."""
        for one in self._listening:
            one.put({"person": person})

    def removed(self, job: str, user: str) -> None:
        """It is nowhere any more."""
        for one in self._listening:
            one.put({"removed": {"job": job, "user": user}})

    def _hear(self, job: Job, events: Sequence[bytes]) -> None:
        for one in self._listening:
            for event in events:
                one.put((job, event))

    async def _feed(self, _caller: Caller, asked: Listen) -> AsyncIterator[object]:
        """From now on. First the jobs that have not ended; then each event, with the job as it is then."""
        own = Listening(asked.lead)
        self._listening.append(own)
        try:
            jobs = [self._document(job) for job in self._board.jobs]
            yield {"engine": self._engine, "leads": self._leader is own, "jobs": jobs}
            while True:
                match await own.next():
                    case (Job() as job, bytes() as event):
                        yield {"job": self._document(job), "event": Raw(event)}
                    case frame:
                        yield frame
        finally:
            self._leave(own)

    @property
    def _leader(self) -> Listening | None:
        return next((one for one in self._listening if one.would_lead), None)

    def _leave(self, own: Listening) -> None:
        before = self._leader
        self._listening.remove(own)
        leader = self._leader
        if leader is not None and leader is not before:
            leader.put({"leads": True})

    def _document(self, job: Job) -> dict[str, object]:
        return job_document(job, self._board.place(job.id))
