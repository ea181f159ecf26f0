"""What happens to jobs, first committed and then told, in the order in which it happened.

So nobody ever sees an event that is not there any more after a crash. While the store cannot be written, everything
waits here and is tried again; only what is new is refused meanwhile, since who submitted it is still there to be told.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Protocol

from msgspec import Struct

from backend.jobs.event import Event
from backend.jobs.job import Job
from backend.jobs.record import event_record, job_record
from backend.store.error import StoreError
from backend.store.jobs import EventRecord, JobRecord

log = logging.getLogger(__name__)
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0
LAST_S = 3.0
SLOW_S = 3.0
"""A store that takes longer is in trouble, though it does not say so."""
MOST_AT_ONCE = 500
"""Entries in one transaction."""


class Keeper(Protocol):
    def keep(
        self, jobs: Sequence[JobRecord], events: Sequence[EventRecord], result: tuple[str, bytes] | None = None
    ) -> None: ...
    def forget(self, ids: Sequence[str]) -> None: ...


class Entry(Struct):
    job: Job
    events: Sequence[Event]
    result: bytes | None
    is_new: bool
    kept: "asyncio.Future[None]"


class Journal:
    def __init__(self, keeper: Keeper, tell: Callable[[Job, Sequence[Event]], None]) -> None:
        self._keeper = keeper
        self._tell = tell
        self._thread = ThreadPoolExecutor(1, "journal")
        """Of its own: all others may be waiting for a store that hangs."""
        self._pending: list[Entry] = []
        self._refused: set[str] = set()
        """A server that died over them may have kept them all the same."""
        self._wanted = asyncio.Event()
        self._failure: str | None = None
        self._asked_at: float | None = None
        """Since when the store is to keep something."""

    @property
    def trouble(self) -> str | None:
        """Why the store cannot be written just now."""
        if self._failure is None and self._asked_at is not None and monotonic() - self._asked_at > SLOW_S:
            return f"the store has not answered for {SLOW_S:g} s"
        return self._failure

    def write(
        self, job: Job, events: Sequence[Event] = (), result: bytes | None = None, is_new: bool = False
    ) -> "asyncio.Future[None]":
        """Done when it is committed; a new job that cannot be is a StoreError and forgotten, with all about it."""
        kept = asyncio.get_running_loop().create_future()
        self._pending.append(Entry(job, events, result, is_new, kept))
        self._wanted.set()
        return kept

    async def emptied(self) -> None:
        """All that was written is committed, if the store can be written within a moment."""
        kept = [entry.kept for entry in self._pending]
        if kept:
            await asyncio.wait(kept, timeout=LAST_S)

    async def run(self) -> None:
        """Until it is cancelled."""
        pause_s = FIRST_PAUSE_S
        while True:
            await self._wanted.wait()
            batch = self._next()
            self._asked_at = monotonic()
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, batch)
            except StoreError as error:
                self._refuse_new(error)
                self._asked_at = None
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                continue
            pause_s, self._asked_at = FIRST_PAUSE_S, None
            self._done(batch)

    def _next(self) -> list[Entry]:
        """As many as one transaction may hold, which is one result at most."""
        batch: list[Entry] = []
        for entry in self._pending[:MOST_AT_ONCE]:
            batch.append(entry)
            if entry.result is not None:
                break
        return batch

    def _keep(self, batch: Sequence[Entry]) -> None:
        if self._refused:
            self._keeper.forget(list(self._refused))
            self._refused.clear()
        jobs = {entry.job.id: job_record(entry.job) for entry in batch}
        events = [event_record(event) for entry in batch for event in entry.events]
        results = [(entry.job.id, entry.result) for entry in batch if entry.result is not None]
        self._keeper.keep(list(jobs.values()), events, results[0] if results else None)

    def _refuse_new(self, error: StoreError) -> None:
        if self._failure is None:
            log.error("the store cannot be written: %s", error)
        self._failure = str(error)
        new = {entry.job.id for entry in self._pending if entry.is_new}
        refused = [entry for entry in self._pending if entry.job.id in new]
        self._pending = [entry for entry in self._pending if entry.job.id not in new]
        self._refused |= new
        for entry in refused:
            if not entry.kept.done():
                entry.kept.set_exception(StoreError(f"the test cannot be kept: {error}", is_passing=True))
        if not self._pending:
            self._wanted.clear()

    def _done(self, batch: Sequence[Entry]) -> None:
        if self._failure is not None:
            log.warning("the store can be written again")
        self._failure = None
        del self._pending[: len(batch)]
        if not self._pending:
            self._wanted.clear()
        for entry in batch:
            self._tell(entry.job, entry.events)
            if not entry.kept.done():
                entry.kept.set_result(None)
