"""One attempt: what its process says, and what becomes of the job then."""

import asyncio
import logging
from pathlib import Path

import pytest

from backend.engine.workers.error import Why, WorkerError
from backend.jobs.event import EventState, Happening
from backend.jobs.job import Job, Outcome
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found
from backend.jobs.state import Status
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.store.error import StoreError
from backend.store.jobs import Wanted
from tests.engine.running.stage import DIED, PREDICTED, WHOLE, Process, Stage, made, on_loop, stage

FOUND = (Outcome(Service("tcp", 443), Verdict.DENIED_FORWARD, "br-gw", "DROP"),)


async def begun(here: Stage, job: Job) -> Process:
    await here.conductor.submit(job)
    return await here.process(job.id)


def outcome(job: Job) -> tuple[Status, Phase, str]:
    return job.state.status, job.state.phase, job.state.reason


@on_loop
async def test_a_proof_is_told_in_its_phases_and_ends_with_result_and_report(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1"))
        process.tells("443/tcp is predicted")
        process.predicts()
        process.ends_well()
        job = await here.ended("a1")
        assert outcome(job) == (Status.SUCCEEDED, Phase.DONE, "")
        assert here.kept.result("a1") == WHOLE
        assert here.kept.report("a1") == b"%PDF of " + WHOLE
        assert here.messages("a1") == [
            "waits",
            "the prediction begins",
            "443/tcp is predicted",
            "the lab is being built",
            "prediction and proof are compared",
            "the report is drawn",
            "the report is drawn",
            "succeeded",
        ]
        assert [event.seq for event in here.told] == list(range(1, 9))
        assert here.told[-1].percent == 100


@on_loop
async def test_a_prediction_has_no_report_of_its_own(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1", Mode.PREDICT))
        process.says(Found(WHOLE, is_whole=True, outcomes=FOUND))
        assert outcome(await here.ended("a1")) == (Status.SUCCEEDED, Phase.DONE, "")
        assert here.in_store("a1").outcomes == FOUND
        assert [record.id for record in here.kept.find(Wanted(words=["gw", "drop"], verdict="denied_forward"))] == [
            "a1"
        ]
        assert (here.kept.result("a1"), here.kept.report("a1")) == (WHOLE, None)


@on_loop
async def test_the_result_is_there_while_the_report_is_drawn(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        may_draw = asyncio.Event()

        async def draw(document: bytes) -> bytes:
            await may_draw.wait()
            return document

        here.drawing = draw
        (await begun(here, made("a1"))).ends_well()
        while here.kept.result("a1") is None:
            await here.idle()
        assert here.in_store("a1").state.phase is Phase.REPORT
        may_draw.set()
        assert outcome(await here.ended("a1")) == (Status.SUCCEEDED, Phase.DONE, "")


@on_loop
async def test_nobody_waits_for_a_lab_that_is_taken_down(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1"))
        process.may_go.clear()
        process.ends_well()
        assert outcome(await here.ended("a1")) == (Status.SUCCEEDED, Phase.DONE, "")
        process.may_go.set()


@on_loop
async def test_a_process_that_dies_is_tried_once_more(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        (await begun(here, made("a1"))).says(DIED)
        second = await here.process("a1", attempt=2)
        second.ends_well()
        job = await here.ended("a1")
        assert (job.attempt, outcome(job)) == (2, (Status.SUCCEEDED, Phase.DONE, ""))
        assert f"waits once more: {DIED}" in here.messages("a1")


@on_loop
async def test_one_that_dies_again_has_failed_with_the_reason_and_what_is_known(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        (await begun(here, made("a1"))).says(DIED)
        second = await here.process("a1", attempt=2)
        second.predicts()
        second.says(DIED)
        job = await here.ended("a1")
        assert outcome(job) == (Status.FAILED, Phase.BUILD, f"{DIED}; tried 2 times")
        assert here.kept.result("a1") == PREDICTED
        assert here.started == ["a1", "a1"]


@on_loop
async def test_one_that_says_why_is_not_tried_again(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1"))
        process.predicts()
        process.says(WorkerError(Why.FAILED, "no lab can be built: too many interfaces"))
        job = await here.ended("a1")
        assert outcome(job) == (Status.FAILED, Phase.BUILD, "no lab can be built: too many interfaces")
        assert job.attempt == 1
        assert here.kept.result("a1") == PREDICTED
        assert here.messages("a1")[-1] == "failed: no lab can be built: too many interfaces"


@pytest.mark.parametrize(
    "said", [b"rubbish", b"", Happening(Phase.TEST, EventState.PROGRESS, "", {"a": {(1,): 2}}), Found(b"{", True)]
)
@on_loop
async def test_one_that_says_what_nobody_understands_has_failed_and_others_go_on(
    tmp_path: Path, said: bytes | Happening | Found
) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1"))
        await here.conductor.submit(made("b1"))
        process.predicts()
        process.says(said)
        job = await here.ended("a1")
        assert job.state.status is Status.FAILED
        assert job.state.reason.startswith("its process said what nobody understands")
        assert (process.is_gone, here.kept.result("a1")) == (True, PREDICTED)
        (await here.process("b1")).ends_well()
        assert (await here.ended("b1")).state.status is Status.SUCCEEDED


@on_loop
async def test_one_that_goes_back_to_a_phase_has_failed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path) as here:
        process = await begun(here, made("a1"))
        process.says(Entered(Phase.TEST), Entered(Phase.BUILD))
        assert (await here.ended("a1")).state.status is Status.FAILED


@on_loop
async def test_a_bug_fails_one_test_and_the_log_says_where(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(tmp_path) as here:
        (await begun(here, made("a1"))).says(ZeroDivisionError("a bug"))
        job = await here.ended("a1")
        assert outcome(job) == (
            Status.FAILED,
            Phase.PREDICT,
            "the engine failed, and its log says why (ZeroDivisionError)",
        )
        (await begun(here, made("a2"))).ends_well()
        assert (await here.ended("a2")).state.status is Status.SUCCEEDED
    (said,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert said.exc_info is not None
    assert "a1" in said.message


@pytest.mark.parametrize("error", [DIED, StoreError("the disk is full"), WorkerError(Why.FAILED, "no font")])
@on_loop
async def test_without_a_report_it_has_succeeded_and_says_what_is_missing(tmp_path: Path, error: Exception) -> None:
    async with stage(tmp_path) as here:

        async def fails(_: bytes) -> bytes:
            raise error

        here.drawing = fails
        (await begun(here, made("a1"))).ends_well()
        job = await here.ended("a1")
        assert outcome(job) == (Status.SUCCEEDED, Phase.DONE, f"there is no report: {error}")
        assert (here.kept.result("a1"), here.kept.report("a1")) == (WHOLE, None)
        here.drawing = here._drawn
        assert await here.conductor.drawn("a1", WHOLE) == here.kept.report("a1") == b"%PDF of " + WHOLE
