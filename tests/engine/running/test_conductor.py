import asyncio
from pathlib import Path

import pytest

from backend.engine.running.board import now
from backend.jobs.error import UnknownJobError
from backend.jobs.forecast import places
from backend.jobs.job import Job, Priority
from backend.jobs.limits import TimeLimits
from backend.jobs.phase import Mode, Phase
from backend.jobs.queue import RefusedError
from backend.jobs.state import Status
from backend.store.error import StoreError
from tests.engine.running.stage import DIED, PREDICTED, WHOLE, Process, Stage, made, on_loop, stage
from tests.engine.workers.running import until


async def submitted(here: Stage, *jobs: Job) -> None:
    for job in jobs:
        await here.conductor.submit(job)


async def predicting(here: Stage, id_: str) -> Process:
    """A test that runs and has said its prediction."""
    await here.conductor.submit(made(id_))
    process = await here.process(id_)
    process.predicts()
    await until(lambda: here.conductor.result(id_) == PREDICTED, "the prediction")
    return process


async def steps() -> None:
    """All that could go on has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


async def all_ended(here: Stage, *ids: str) -> None:
    for id_ in ids:
        (await here.process(id_)).ends_well()
        await here.ended(id_)


@on_loop
async def test_who_submits_gets_a_number_when_the_test_cannot_be_lost_any_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        first = await here.conductor.submit(made("a1"))
        assert here.in_store("a1").number == first.number == 1
        assert (await here.conductor.submit(made("a2"))).number == 2


@on_loop
async def test_one_too_many_is_refused_and_told_when_to_come_again(tmp_path: Path) -> None:
    async with stage(tmp_path, limit=3, limit_for_each=2) as here:
        await submitted(here, made("a1"), made("a2"))
        with pytest.raises(RefusedError, match="a has 2 jobs") as own:
            await here.conductor.submit(made("a3"))
        await submitted(here, made("b1"))
        with pytest.raises(RefusedError, match="the queue is full: 3 jobs") as full:
            await here.conductor.submit(made("c1"))
        assert min(own.value.retry_after_s, full.value.retry_after_s) >= 1
        await here.idle()
        assert {job.id for job in here.board.jobs} == {"a1", "a2", "b1"}
        await all_ended(here, "a1")
        await submitted(here, made("c1"))


@on_loop
async def test_what_cannot_be_kept_is_refused_never_runs_and_takes_no_room(tmp_path: Path) -> None:
    async with stage(tmp_path, limit=1) as here:
        here.break_store()
        with pytest.raises(StoreError, match="the disk is full"):
            await here.conductor.submit(made("a1"))
        here.mend_store()
        await submitted(here, made("b1"))
        await all_ended(here, "b1")
        assert here.started == ["b1"]
        assert here.kept.get("a1") is None
        assert {event.job for event in here.told} == {"b1"}


@on_loop
async def test_nothing_runs_before_it_is_kept(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        with here.locked_store():
            submitting = asyncio.create_task(here.conductor.submit(made("a1")))
            await asyncio.wait([submitting], timeout=0.1)
            here.conductor.start()  # as the end of another one does
            await steps()
            assert here.started == []
        await submitting
        await here.process("a1")


@on_loop
async def test_a_test_whose_client_goes_away_while_it_is_kept_runs_all_the_same(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        with here.locked_store():
            submitting = asyncio.create_task(here.conductor.submit(made("a1")))
            await asyncio.wait([submitting], timeout=0.05)
            submitting.cancel()
        await all_ended(here, "a1")


@on_loop
async def test_users_take_turns_and_each_ones_urgent_tests_come_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await submitted(here, made("a1"))
        await here.process("a1")
        await submitted(here, made("a2", priority=Priority.LOW), made("a3"), made("a4", priority=Priority.HIGH))
        await submitted(here, made("b1"), made("b2"), made("c1"))
        foreseen = [place.job for place in places(here.board.queue, now())]
        await all_ended(here, "a1", *foreseen)
        assert here.started == ["a1", *foreseen]
        assert [id_ for id_ in foreseen if id_.startswith("a")] == ["a4", "a3", "a2"]
        assert sorted(foreseen[:3]) == ["a4", "b1", "c1"], "nobody has two before all have one"


@on_loop
async def test_the_places_that_are_told_are_those_that_come_true(tmp_path: Path) -> None:
    async with stage(tmp_path, capacity=2) as here:
        ids = ["a1", "a2", "a3", "b1", "a4", "c1", "b2"]
        await submitted(here, *(made(id_) for id_ in ids))
        waiting = {id_: place.position for id_ in ids if (place := here.board.place(id_)) is not None}
        assert sorted(waiting.values()) == [1, 2, 3, 4, 5]
        for id_ in [*here.started, *sorted(waiting, key=waiting.__getitem__)]:
            await all_ended(here, id_)
        assert here.started[2:] == sorted(waiting, key=waiting.__getitem__)


@on_loop
async def test_never_do_more_run_than_there_are_places(tmp_path: Path) -> None:
    async with stage(tmp_path, capacity=3) as here:
        await submitted(here, *(made(f"{user}{number}") for user in "abc" for number in range(1, 6)))
        for number in range(15):
            await until(lambda: len(here.begun) > number, "the next start")  # noqa: B023 - asked at once
            assert sum(not process.is_gone for process in here.begun) <= 3
            here.begun[number].ends_well()
        for process in here.begun:
            assert (await here.ended(process.job.id)).state.status is Status.SUCCEEDED


@on_loop
async def test_one_that_waits_is_cancelled_and_never_runs(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await submitted(here, made("a1"), made("a2"), made("a3"))
        job = await here.conductor.cancel("a2", "cancelled by ann")
        assert here.in_store("a2") == job
        assert (job.state.status, job.state.reason) == (Status.CANCELLED, "cancelled by ann")
        await all_ended(here, "a1", "a3")
        assert here.started == ["a1", "a3"]
        with pytest.raises(UnknownJobError):
            await here.conductor.cancel("a2", "again")


@on_loop
async def test_one_that_arrives_is_cancelled_and_never_runs(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        with here.locked_store():
            submitting = asyncio.create_task(here.conductor.submit(made("a1")))
            await asyncio.sleep(0)
            cancelling = asyncio.create_task(here.conductor.cancel("a1", "enough"))
            await asyncio.sleep(0)
        await submitting
        assert (await cancelling).state.status is here.in_store("a1").state.status is Status.CANCELLED
        assert here.messages("a1") == ["waits", "cancelled: enough"]
        await submitted(here, made("a2"))
        await all_ended(here, "a2")
        assert here.started == ["a2"]


@on_loop
async def test_one_that_runs_is_cancelled_with_what_is_known_and_its_place_is_free_when_it_is_gone(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as here:
        process = await predicting(here, "a1")
        await submitted(here, made("a2"))
        process.may_go.clear()
        job = await here.conductor.cancel("a1", "enough")
        assert (job.state.status, job.state.phase) == (Status.CANCELLED, Phase.BUILD)
        assert here.kept.result("a1") == PREDICTED
        assert here.started == ["a1"]
        process.may_go.set()
        await all_ended(here, "a2")


@on_loop
async def test_cancelled_again_while_it_leaves_its_process_is_still_waited_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        process = await predicting(here, "a1")
        process.may_go.clear()
        first = await here.conductor.cancel("a1", "enough")
        await submitted(here, made("a2"))
        assert await here.conductor.cancel("a1", "really") == first
        await here.idle()
        await steps()
        assert (process.is_gone, here.started) == (False, ["a1"])
        process.may_go.set()
        await all_ended(here, "a2")
        assert here.messages("a1").count("cancelled: enough") == 1


@on_loop
async def test_cancelled_in_the_very_moment_of_its_start_it_gives_its_place_back(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await submitted(here, made("a1", Mode.PREDICT), made("a2"), made("a3"))
        first = await here.process("a1")
        first.may_go.clear()
        first.ends_well()
        await until(lambda: not here.board.queue.running, "a free place")
        here.conductor.start()
        await here.conductor.cancel("a2", "enough")  # its task has not made a step
        await all_ended(here, "a3")
        assert here.in_store("a2").state.status is Status.CANCELLED
        assert here.started == ["a1", "a3"]


@on_loop
async def test_one_that_is_started_again_before_the_first_attempt_is_put_away_can_be_cancelled(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        await submitted(here, made("a1"))
        first = await here.process("a1")
        first.at_its_end = lambda: asyncio.get_running_loop().call_soon(here.conductor.start)
        first.says(DIED)
        second = await here.process("a1", attempt=2)
        second.predicts()
        await until(lambda: here.conductor.result("a1"), "the prediction")
        await here.conductor.cancel("a1", "enough")
        await until(lambda: second.is_gone, "its end")
        await submitted(here, made("a2"))
        await all_ended(here, "a2")


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (TimeLimits(whole_s=0.1), "a test may take 0.1 s"),
        (TimeLimits(phases_s={Phase.BUILD: 0.1}), "the phase build may take 0.1 s"),
    ],
)
@on_loop
async def test_one_that_takes_too_long_expires_with_what_is_known(
    tmp_path: Path, limits: TimeLimits, reason: str
) -> None:
    async with stage(tmp_path, limits=limits) as here:
        process = await predicting(here, "a1")
        job = await here.ended("a1")
        assert (job.state.status, job.state.phase, job.state.reason) == (Status.EXPIRED, Phase.BUILD, reason)
        assert here.kept.result("a1") == PREDICTED
        await until(lambda: process.is_gone, "its end")
        await here.conductor.submit(made("a2", Mode.PREDICT))
        await all_ended(here, "a2")


@on_loop
async def test_a_report_that_takes_too_long_costs_the_report_only(tmp_path: Path) -> None:
    async with stage(tmp_path, limits=TimeLimits(phases_s={Phase.REPORT: 0.1})) as here:

        async def hangs(_: bytes) -> bytes:
            await asyncio.Event().wait()
            raise AssertionError

        here.drawing = hangs
        await submitted(here, made("a1"))
        (await here.process("a1")).ends_well()
        job = await here.ended("a1")
        assert job.state.status is Status.SUCCEEDED
        assert job.state.reason == "there is no report: the phase report may take 0.1 s"
        assert here.kept.result("a1") == WHOLE


@on_loop
async def test_when_it_stops_what_runs_may_finish_within_the_grace_and_what_waits_waits(tmp_path: Path) -> None:
    async with stage(tmp_path, capacity=2) as here:
        quick, _ = await predicting(here, "a1"), await predicting(here, "a2")
        await submitted(here, made("a3"))
        asyncio.get_running_loop().call_later(0.05, quick.ends_well)
        await here.conductor.stop(0.5)
        await here.idle()
        states = {id_: here.in_store(id_).state for id_ in ("a1", "a2", "a3")}
        assert [state.status for state in states.values()] == [Status.SUCCEEDED, Status.EXPIRED, Status.QUEUED]
        assert (states["a1"].reason, states["a2"].reason) == ("", "the engine was stopped")
        assert here.kept.result("a2") == PREDICTED
        assert here.started == ["a1", "a2"]
        with pytest.raises(RefusedError, match="the engine was stopped"):
            await here.conductor.submit(made("a4"))
        assert all(process.is_gone for process in here.begun)
        await here.conductor.stop(0.3)


@on_loop
async def test_jobs_of_two_users_that_run_at_once_do_not_mix(tmp_path: Path) -> None:
    async with stage(tmp_path, capacity=2) as here:
        await submitted(here, made("a1"), made("b1"))
        for id_ in ("a1", "b1") * 3:
            (await here.process(id_)).tells(f"about {id_}")
        await all_ended(here, "b1", "a1")
        for id_, other in (("a1", "b1"), ("b1", "a1")):
            assert here.messages(id_).count(f"about {id_}") == 3
            assert f"about {other}" not in here.messages(id_)
