"""Who waits for what, as an administrator sees it."""

from collections.abc import Iterable, Mapping
from typing import Any

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.running.board import Board
from backend.jobs.document import job_document
from backend.jobs.job import Job


class Queue:
    def __init__(self, people: People, board: Board) -> None:
        self._people = people
        self._board = board

    def calls(self) -> Mapping[str, Call]:
        return {"queue": declared(Signed, self._queue)}

    async def _queue(self, caller: Caller, asked: Signed) -> object:
        """Those that wait in the order in which they are expected to start."""
        await self._people.admin(caller, asked)
        queue = self._board.queue
        waiting = sorted(queue.waiting.values(), key=self._position)
        return {
            "capacity": queue.capacity,
            "limit": queue.limit,
            "limit_for_each": queue.limit_for_each,
            "waiting": self._documents(waiting),
            "running": self._documents(queue.running.values()),
            "leaving": self._documents(queue.leaving.values()),
        }

    def _position(self, job: Job) -> tuple[float, int]:
        place = self._board.place(job.id)
        return (place.position if place is not None else float("inf"), job.number)

    def _documents(self, jobs: Iterable[Job]) -> list[dict[str, Any]]:
        return [job_document(job, self._board.place(job.id)) for job in jobs]
