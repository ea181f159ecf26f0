from functools import partial
from pathlib import Path

import pytest
from msgspec import structs

from backend.engine.running.board import now
from backend.jobs import queue as queues
from backend.jobs.event import EventState, Happening
from backend.jobs.job import Job
from backend.jobs.phase import Phase
from backend.jobs.queue import RefusedError
from backend.jobs.record import decode_event
from backend.jobs.state import Status
from backend.store.error import StoreError
from tests.engine.running.stage import Stage, made, on_loop, stage
from tests.engine.workers.running import until

TOLD = Happening(Phase.PREDICT, EventState.PROGRESS, "something")


async def arrived(here: Stage, *jobs: Job) -> None:
    for job in jobs:
        await here.board.arrive(job)[1]


@on_loop
async def test_others_are_told_of_a_job_as_it_would_be_after_a_crash(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await arrived(here, made("a1"), made("b1"))
        await here.board.change(partial(queues.start, id_="b1", at=now()))[1]
        assert [job.state.status for job in here.board.jobs] == [Status.QUEUED, Status.RUNNING]
        here.board.change(partial(queues.finish, id_="b1", status=Status.FAILED, reason="", at=now()))
        here.break_store()
        job, kept = here.board.change(partial(queues.cancel, id_="a1", reason="enough", at=now()))
        assert job.state.status is Status.CANCELLED
        found, log = here.board.find("a1"), here.board.log("a1")
        assert found is not None
        assert log is not None
        assert (found.state.status, log.seq, log.is_over) == (Status.QUEUED, 1, False)
        here.mend_store()
        await kept
        assert here.board.find("a1") is None
        assert (log.seq, log.is_over) == (2, True)
        assert here.in_store("a1").state.reason == "enough"


@on_loop
async def test_nothing_is_told_of_a_job_after_its_end(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await arrived(here, made("a1"))
        here.board.tell("a1", TOLD)
        _, kept = here.board.change(partial(queues.cancel, id_="a1", reason="", at=now()))
        here.board.tell("a1", TOLD)
        await kept
        here.board.tell("a1", TOLD)
        await here.idle()
        assert here.messages("a1") == ["waits", "something", "cancelled"]
        assert [decode_event(event).seq for event in here.kept.events("a1")] == [1, 2, 3]


@on_loop
async def test_a_new_job_that_cannot_be_kept_has_never_been(tmp_path: Path) -> None:
    async with stage(tmp_path, limit=1) as here:
        here.break_store()
        _, kept = here.board.arrive(made("a1"))
        with pytest.raises(StoreError, match="the disk is full"):
            await kept
        here.board.forget("a1")
        here.mend_store()
        assert (here.board.jobs, here.board.find("a1"), here.kept.get("a1")) == ([], None, None)
        await arrived(here, made("b1"))
        assert here.started == []
        assert here.told[0].job == "b1"


@on_loop
async def test_a_new_job_that_is_cancelled_before_it_is_kept_leaves_nothing_either(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        here.break_store()
        _, kept = here.board.arrive(made("a1"))
        _, cancelled = here.board.change(partial(queues.cancel, id_="a1", reason="", at=now()))
        for each in (kept, cancelled):
            with pytest.raises(StoreError):
                await each
        here.board.forget("a1")
        here.mend_store()
        await here.idle()
        assert (here.kept.get("a1"), here.kept.events("a1"), here.told) == (None, [], [])


@on_loop
async def test_a_refused_job_leaves_the_others_alone(tmp_path: Path) -> None:
    async with stage(tmp_path, limit=1) as here:
        await arrived(here, made("a1"))
        with pytest.raises(RefusedError, match="the queue is full"):
            here.board.arrive(made("b1"))
        assert [job.id for job in here.board.jobs] == ["a1"]


@on_loop
async def test_places_follow_what_comes_and_goes(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await arrived(here, made("a1"), made("a2"), made("a3"))
        assert [here.board.place(f"a{number}").position for number in (1, 2, 3)] == [1, 2, 3]  # type: ignore[union-attr]
        here.board.change(partial(queues.cancel, id_="a1", reason="", at=now()))
        place = here.board.place("a3")
        assert place is not None
        assert place.position == 2
        assert here.board.place("a1") is None


@on_loop
async def test_the_expected_start_comes_nearer_while_nothing_else_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.engine.running.board.PLACES_S", 0.0)
    async with stage(tmp_path) as here:
        await arrived(here, made("a1", services=60), made("a2"))
        here.board.change(partial(queues.start, id_="a1", at=now()))
        first = starts_in_s(here, "a2")
        await until(lambda: starts_in_s(here, "a2") < first, "some time")
        here.board.change(partial(queues.lose, id_="a1", reason="", at=now()))


def starts_in_s(here: Stage, id_: str) -> float:
    place = here.board.place(id_)
    assert place is not None
    return place.starts_in_s


@on_loop
async def test_nobody_sees_a_job_that_is_not_kept_yet(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        with here.locked_store():
            _, kept = here.board.arrive(made("a1"))
            assert (here.board.jobs, here.board.find("a1")) == ([], None)
        await kept
        assert [job.id for job in here.board.jobs] == ["a1"]


@on_loop
async def test_after_a_crash_events_and_numbers_go_on_where_they_were(tmp_path: Path) -> None:
    async with stage(tmp_path) as before:
        await arrived(before, made("a1"), made("a2"))
        before.board.tell("a1", structs.replace(TOLD, phase=Phase.TEST, done=1, of=2))
        before.board.change(partial(queues.start, id_="a1", at=now()))
        await before.idle()
        kept = [(before.in_store(id_), [e for e in before.told if e.job == id_]) for id_ in ("a1", "a2")]
        before.board.change(partial(queues.lose, id_="a1", reason="", at=now()))
    (tmp_path / "after").mkdir()
    async with stage(tmp_path / "after") as here:
        here.board.recover(kept, last_number=7)
        log = here.board.log("a1")
        assert log is not None
        assert log.seq == 3, "what was told before can still be read"
        await here.idle()
        told = [(event.job, event.seq, event.message) for event in here.told]
        assert told == [("a1", 4, "waits once more: the engine ended while the test ran")]
        assert here.told[0].percent == kept[0][1][-1].percent > 0, "it does not fall"
        job, _ = here.board.arrive(made("b1"))
        assert job.number == 8
