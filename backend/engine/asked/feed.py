"""Everything that happens to all jobs, for who passes it on to many watchers: the web."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence

from msgspec import Raw

from backend.engine.asked.declared import Nothing, declared
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.running.board import Board
from backend.jobs.document import job_document
from backend.jobs.job import Job

MOST = 10_000
"""Events that may wait to be read."""


class Feed:
    def __init__(self, board: Board) -> None:
        self._board = board

    def calls(self) -> Mapping[str, Call]:
        return {"feed": declared(Nothing, self._feed)}

    async def _feed(self, _caller: Caller, _asked: Nothing) -> AsyncIterator[object]:
        """From now on. First the jobs that have not ended; then each event, with the job as it is then."""
        waiting: deque[tuple[Job, bytes]] = deque(maxlen=MOST + 1)
        arrived = asyncio.Event()

        def hear(job: Job, events: Sequence[bytes]) -> None:
            waiting.extend((job, event) for event in events)
            arrived.set()

        self._board.listeners.append(hear)
        try:
            yield {"jobs": [job_document(job, self._board.place(job.id)) for job in self._board.jobs]}
            while True:
                await arrived.wait()
                arrived.clear()
                while waiting:
                    if len(waiting) > MOST:
                        raise EngineError(Code.BUSY, "more happens than is read: begin again")
                    job, event = waiting.popleft()
                    yield {"job": job_document(job, self._board.place(job.id)), "event": Raw(event)}
        finally:
            self._board.listeners.remove(hear)
