from datetime import timedelta

from msgspec import structs

from backend.jobs.job import Job, died, ended, entered
from backend.jobs.moment import Moment
from backend.jobs.phase import Phase
from backend.jobs.queue import Queue, next_to_start, submit
from backend.jobs.recovery import REASON, recovered
from backend.jobs.state import Status
from tests.jobs.making import NOON, job, moment

LATER = Moment(NOON + timedelta(seconds=60), 5.0)
"""The machine has been started anew: its ticks are small again."""


def waiting(id_: str, number: int) -> Job:
    return structs.replace(job(id_, number), number=number)


def running(id_: str, number: int) -> Job:
    return entered(waiting(id_, number), Phase.PREDICT, moment(number))


def test_what_waited_waits_and_what_ran_waits_once_more() -> None:
    queue, changed = recovered(Queue(), [waiting("b1", 2), running("a1", 1)], LATER)
    assert sorted(queue.waiting) == ["a1", "b1"]
    assert [(each.id, each.attempt, each.state.reason) for each in changed] == [("a1", 2, REASON)]
    assert next_to_start(queue) == queue.waiting["a1"]


def test_what_ran_the_second_time_has_failed_with_the_reason() -> None:
    again = entered(died(running("a1", 1), "killed", moment(2)), Phase.PREDICT, moment(3))
    queue, changed = recovered(Queue(), [again], LATER)
    assert (list(queue.active), changed[0].state.status) == ([], Status.FAILED)
    assert changed[0].state.reason == f"{REASON}; tried 2 times"


def drawing(id_: str, number: int) -> Job:
    job_ = running(id_, number)
    for phase in (Phase.BUILD, Phase.SERVICES, Phase.TEST, Phase.ANALYZE, Phase.REPORT):
        job_ = entered(job_, phase, moment(number))
    return job_


def test_what_had_its_report_has_succeeded_and_what_had_none_says_so() -> None:
    _, changed = recovered(Queue(), [drawing("a1", 1), drawing("b1", 2)], LATER, reported={"a1"})
    assert [(each.state.status, each.state.reason) for each in changed] == [
        (Status.SUCCEEDED, ""),
        (Status.SUCCEEDED, f"there is no report: {REASON}"),
    ]


def test_what_has_ended_stays_as_it_is() -> None:
    gone = ended(running("a1", 1), Status.CANCELLED, "by ann", moment(2))
    assert recovered(Queue(), [gone], LATER)[1] == ()


def test_new_jobs_come_behind_and_have_new_numbers() -> None:
    queue, _ = recovered(Queue(), [waiting("a1", 7)], LATER)
    queue, new = submit(queue, structs.replace(job("a2"), submitted=LATER))
    assert (new.number, next_to_start(queue)) == (8, queue.waiting["a1"])


def test_the_time_that_a_job_has_waited_counts_and_a_clock_that_was_set_does_not() -> None:
    queue, _ = recovered(Queue(), [waiting("a1", 10)], LATER)
    assert queue.waiting["a1"].submitted.tick_s == LATER.tick_s - 50
    earlier = structs.replace(LATER, time=NOON - timedelta(days=1))
    queue, _ = recovered(Queue(), [waiting("a1", 10)], earlier)
    assert queue.waiting["a1"].submitted.tick_s == LATER.tick_s
