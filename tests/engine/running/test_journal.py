"""With a real store; what is told is what it holds then."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backend.engine.running.journal import Journal
from backend.jobs.event import Course, Event, happened, state_told
from backend.jobs.job import Job
from backend.jobs.record import decode_event, decode_job
from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.jobs import EventRecord, JobRecord, Jobs
from tests.engine.running.stage import on_loop
from tests.engine.workers.running import until
from tests.jobs.making import NOON, job

FULL = "CREATE TRIGGER full BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"


def numbered(id_: str, second: float = 0.0) -> Job:
    """No two jobs have the same number."""
    return structs.replace(job(id_, second), number=int.from_bytes(id_.encode()))


class Counting:
    """A store that counts its transactions."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self.jobs: list[int] = []
        self.is_dying = False
        """When it has committed, before it says so."""

    def keep(
        self, jobs: Sequence[JobRecord], events: Sequence[EventRecord], result: tuple[str, bytes] | None = None
    ) -> None:
        self._jobs.keep(jobs, events, result)
        self.jobs.append(len(jobs))
        if self.is_dying:
            self.is_dying = False
            raise StoreError("the server closed the connection", is_passing=True)

    def forget(self, ids: Sequence[str]) -> None:
        self._jobs.forget(ids)


class Book:
    """A journal that is written, and what it tells."""

    def __init__(self, place: Path) -> None:
        self.database = open_database(place)
        self.kept = Jobs(self.database)
        self.counting = Counting(self.kept)
        self.journal = Journal(self.counting, self._tell)
        self.sqlite = sqlite3.connect(place, isolation_level=None)
        self.told: list[tuple[str, int]] = []
        self._courses: dict[str, Course] = {}

    def _tell(self, job: Job, events: Sequence[Event]) -> None:
        """Somebody else who looks into the database has to find it."""
        for event in events:
            found = self.sqlite.execute("SELECT count(*) FROM events WHERE job = ? AND seq = ?", (job.id, event.seq))
            assert found.fetchone() == (1,)
            self.told.append((event.job, event.seq))

    def write(self, id_: str, result: bytes | None = None, is_new: bool = False) -> "asyncio.Future[None]":
        """One event more."""
        known = numbered(id_)
        before = self._courses.get(id_, Course(id_, known.asked.mode))
        self._courses[id_], event = happened(before, state_told(known), NOON)
        return self.journal.write(known, [event], result, is_new)

    def kept_events(self, id_: str) -> list[int]:
        return [decode_event(event).seq for event in self.kept.events(id_)]


@asynccontextmanager
async def book(directory: Path) -> AsyncIterator[Book]:
    made = Book(directory / "db")
    running = asyncio.create_task(made.journal.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        made.sqlite.close()
        made.database.close()


@on_loop
async def test_what_is_told_is_committed_and_in_the_order_in_which_it_happened(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        for _ in range(20):
            written.write("a1")
            last = written.write("b1")
        await last
        assert written.told == [(id_, seq) for seq in range(1, 21) for id_ in ("a1", "b1")]
        assert written.kept_events("a1") == list(range(1, 21))


@on_loop
async def test_nothing_is_told_while_another_program_writes_to_the_database(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        written.sqlite.execute("BEGIN IMMEDIATE")
        kept = written.write("a1", is_new=True)
        _, pending = await asyncio.wait([kept], timeout=0.2)
        assert pending
        assert written.told == []
        written.sqlite.execute("COMMIT")
        await kept
        assert written.told == [("a1", 1)]


@on_loop
async def test_what_comes_together_is_committed_together_but_one_result_at_a_time(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        for number in range(10):
            written.write(f"a{number}")
        await written.journal.emptied()
        assert written.counting.jobs == [10]
        written.write("a1", result=b"{}")
        written.write("a2", result=b"[]")
        written.write("a3")
        await written.journal.emptied()
        assert written.counting.jobs == [10, 1, 1, 1]
        assert (written.kept.result("a1"), written.kept.result("a2")) == (b"{}", b"[]")


@on_loop
async def test_of_a_job_that_changes_often_the_last_state_is_kept(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        for second in range(5):
            last = written.journal.write(numbered("a1", second))
        await last
        record = written.kept.get("a1")
        assert record is not None
        assert decode_job(record.document) == numbered("a1", 4)


@on_loop
async def test_what_cannot_be_written_waits_and_is_told_later_in_its_order(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with book(tmp_path) as written:
        await written.write("a1")
        written.sqlite.execute(FULL.format("events"))
        waiting = [written.write("a1"), written.write("a1", result=b"{}"), written.write("b1")]
        await until(lambda: written.journal.trouble, "the trouble")
        assert "the disk is full" in str(written.journal.trouble)
        waiting.append(written.write("a1"))
        assert written.told == [("a1", 1)]
        written.sqlite.execute("DROP TRIGGER full")
        await asyncio.gather(*waiting)
        assert written.told == [("a1", 1), ("a1", 2), ("a1", 3), ("b1", 1), ("a1", 4)]
        assert written.kept.result("a1") == b"{}"
        assert written.journal.trouble is None
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 2, "the trouble is told once, and its end"


@on_loop
async def test_what_is_new_is_refused_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        await written.write("a1")
        written.sqlite.execute(FULL.format("events"))
        old, new, about_new = written.write("a1"), written.write("b1", is_new=True), written.write("b1")
        with pytest.raises(StoreError, match="the disk is full") as caught:
            await new
        assert caught.value.is_passing
        with pytest.raises(StoreError, match="the disk is full"):
            await about_new
        written.sqlite.execute("DROP TRIGGER full")
        await old
        await written.journal.emptied()
        assert written.kept.get("b1") is None
        assert written.kept_events("b1") == []
        assert written.told == [("a1", 1), ("a1", 2)]
        await written.write("c1", is_new=True)
        assert written.told[-1] == ("c1", 1)


@on_loop
async def test_what_was_refused_is_not_there_later_though_it_was_committed(tmp_path: Path) -> None:
    async with book(tmp_path) as written:
        written.counting.is_dying = True
        with pytest.raises(StoreError, match="the server closed"):
            await written.write("b1", is_new=True)
        await written.write("a1", is_new=True)
        assert [record.id for record in written.kept.active()] == ["a1"]
        written.counting.is_dying = True
        await written.write("a1")
        assert written.kept_events("a1") == [1, 2], "what is said twice is there once"


@on_loop
async def test_who_waits_for_what_is_written_goes_on_when_the_store_does_not_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.engine.running.journal.LAST_S", 0.05)
    async with book(tmp_path) as written:
        await written.journal.emptied()
        written.sqlite.execute(FULL.format("jobs"))
        kept = written.write("a1")
        await written.journal.emptied()
        assert not kept.done()


@on_loop
async def test_it_ends_when_a_bug_makes_it_of_no_use(tmp_path: Path) -> None:
    """The engine ends then, and what was not committed has been told to nobody."""
    made = Book(tmp_path / "db")
    running = asyncio.create_task(made.journal.run())
    broken: Any = None
    made.journal.write(broken)
    with pytest.raises(AttributeError):
        await running
    made.sqlite.close()
    made.database.close()
