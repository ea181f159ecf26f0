from math import ceil

import pytest

from backend.jobs.error import JobError, UnknownJobError
from backend.jobs.job import Outcome, Priority
from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.queue import (
    Queue,
    RefusedError,
    cancel,
    enter,
    expire,
    finish,
    learn,
    lines_of,
    lose,
    next_to_start,
    remaining_s,
    requeued,
    start,
    submit,
)
from backend.jobs.state import Status, TransitionError
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.jobs.making import asked, job, moment, started_in_turn, submitted

EMPTY = Queue(capacity=1)
MANY = 1000


def in_turn(queue: Queue) -> list[str]:
    """In which order all start when each ends before the next one."""
    ids = []
    while (next_ := next_to_start(queue)) is not None:
        queue, _ = start(queue, next_.id, moment(100))
        queue, _ = finish(queue, next_.id, Status.FAILED, "", moment(100))
        ids.append(next_.id)
    return ids


def running(phase: Phase = Phase.PREDICT) -> Queue:
    queue, _ = start(submitted(EMPTY, job("a1")), "a1", moment(1))
    for each in WORKING[Mode.PROVE][1 : WORKING[Mode.PROVE].index(phase) + 1]:
        queue, _ = enter(queue, "a1", each, moment(1))
    return queue


def test_a_submitted_job_has_a_number_and_is_next() -> None:
    queue, first = submit(EMPTY, job("a1"))
    queue, second = submit(queue, job("a2"))
    assert (first.number, second.number, next_to_start(queue)) == (1, 2, first)
    assert first.expected_s == queue.estimate.expected_s(first.asked)


def test_users_take_turns_whoever_came_first_with_many() -> None:
    queue = submitted(EMPTY, job("a1"), job("a2"), job("a3"), job("b1", 1), job("b2", 1), job("c1", 2))
    assert in_turn(queue) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_places_go_to_those_first_who_have_none() -> None:
    queue = submitted(Queue(capacity=2), job("a1"), job("a2"), job("a3"))
    queue, ids = started_in_turn(queue)
    assert ids == ["a1", "a2"]
    queue = submitted(queue, job("b1", 1), job("b2", 1))
    queue, _ = finish(queue, "a1", Status.FAILED, "", moment(2))
    assert started_in_turn(queue)[1] == ["b1"]


def test_a_short_job_does_not_wait_behind_long_ones_of_the_same_user() -> None:
    long = [job(f"a{number}", services=MANY) for number in range(5)]
    queue = submitted(EMPTY, *long, job("a9", second=1, mode=Mode.PREDICT))
    assert in_turn(queue)[0] == "a9"


def test_long_jobs_leave_a_place_free_for_short_ones() -> None:
    queue, ids = started_in_turn(submitted(Queue(capacity=2), *[job(f"{user}1", services=MANY) for user in "abc"]))
    assert ids == ["a1"]
    assert started_in_turn(submitted(queue, job("d1", 5)))[1] == ["d1"]


def test_with_one_place_a_long_job_starts_all_the_same() -> None:
    assert started_in_turn(submitted(EMPTY, job("a1", services=MANY)))[1] == ["a1"]


def test_a_job_of_high_priority_is_the_users_next() -> None:
    assert in_turn(submitted(EMPTY, job("a1"), job("a2", 5, priority=Priority.HIGH))) == ["a2", "a1"]


def test_a_user_with_too_many_jobs_is_told_when_to_come_back() -> None:
    queue = submitted(Queue(capacity=1, limit_for_each=2), job("a1", services=MANY), job("a2"))
    queue, _ = start(queue, "a1", moment(0))
    with pytest.raises(RefusedError, match="a has 2 jobs that wait or run") as refused:
        submit(queue, job("a3", 10))
    assert refused.value.retry_after_s == ceil(queue.running["a1"].expected_s - 10)
    assert submit(queue, job("b1", 10))[1].user == "b"


def test_a_full_queue_refuses_everybody() -> None:
    queue = submitted(Queue(limit=2), job("a1"), job("b1"))
    with pytest.raises(RefusedError, match="the queue is full: 2 jobs") as refused:
        submit(queue, job("c1"))
    assert refused.value.retry_after_s >= 1


def test_an_id_stands_for_one_job() -> None:
    with pytest.raises(JobError, match="there is a job a1 already"):
        submit(submitted(EMPTY, job("a1")), job("a1"))


def test_a_job_is_never_started_twice() -> None:
    with pytest.raises(TransitionError, match=r"running \(predict\) cannot become running \(predict\)"):
        start(running(), "a1", moment(2))
    assert next_to_start(running()) is None


def test_a_job_that_waits_has_no_phase_to_enter() -> None:
    with pytest.raises(TransitionError):
        enter(submitted(EMPTY, job("a1")), "a1", Phase.PREDICT, moment(1))


def test_what_the_queue_does_not_hold_is_named() -> None:
    with pytest.raises(UnknownJobError, match="job x"):
        cancel(EMPTY, "x", "", moment(0))


def test_a_finished_job_frees_its_place_and_teaches_what_to_expect() -> None:
    queue, done = finish(running(Phase.ANALYZE), "a1", Status.SUCCEEDED, "", moment(3))
    assert (done.state.status, list(queue.active), list(queue.busy)) == (Status.SUCCEEDED, [], [])
    assert queue.estimate.expected_s(asked()) == 2.0


def test_a_waiting_job_is_cancelled_at_once() -> None:
    queue, gone = cancel(submitted(EMPTY, job("a1"), job("a2")), "a1", "by ann", moment(1))
    assert (gone.state.status, gone.state.reason) == (Status.CANCELLED, "by ann")
    assert [each.id for each in queue.active] == ["a2"]


@pytest.mark.parametrize("phase", WORKING[Mode.PROVE])
def test_a_running_job_is_cancelled_in_each_phase_and_holds_its_place_until_its_process_is_gone(phase: Phase) -> None:
    queue = submitted(running(phase), job("b1"))
    queue, gone = cancel(queue, "a1", "by ann", moment(2))
    assert (gone.state.status, gone.state.phase, next_to_start(queue)) == (Status.CANCELLED, phase, None)
    queue, still = finish(queue, "a1", Status.SUCCEEDED, "", moment(3))
    assert still == gone
    assert started_in_turn(queue)[1] == ["b1"]


def test_what_the_process_of_a_cancelled_job_still_says_changes_nothing() -> None:
    queue, gone = cancel(running(Phase.TEST), "a1", "by ann", moment(2))
    assert enter(queue, "a1", Phase.ANALYZE, moment(3)) == (queue, gone)
    assert cancel(queue, "a1", "by bob", moment(3)) == (queue, gone)
    assert lose(queue, "a1", "killed", moment(3)) == (without_a1(queue), gone)


def without_a1(queue: Queue) -> Queue:
    after, _ = finish(queue, "a1", Status.FAILED, "", moment(3))
    assert list(after.busy) == []
    return after


def test_what_is_found_of_a_job_goes_with_its_attempt() -> None:
    found = (Outcome(Service("tcp", 1), Verdict.ACCEPTED),)
    queue, known = learn(running(Phase.TEST), "a1", found)
    assert (known.outcomes, queue.running["a1"]) == (found, known)
    assert finish(queue, "a1", Status.FAILED, "", moment(3))[1].outcomes == found
    assert lose(queue, "a1", "killed", moment(3))[1].outcomes == ()
    queue, gone = cancel(running(Phase.TEST), "a1", "by ann", moment(2))
    assert learn(queue, "a1", found) == (queue, gone)


def test_a_job_whose_process_died_waits_in_its_own_place() -> None:
    queue = submitted(running(Phase.TEST), job("a2", 0.1))
    queue, again = lose(queue, "a1", "killed by signal 9", moment(2))
    assert (again.attempt, next_to_start(queue)) == (2, again)
    queue, _ = start(queue, "a1", moment(3))
    queue, failed = lose(queue, "a1", "killed by signal 9", moment(4))
    assert failed.state.status is Status.FAILED
    assert [each.id for each in queue.active] == ["a2"]


def test_an_overdue_job_expires_and_its_place_is_free_when_its_process_is_gone() -> None:
    queue, late = expire(running(Phase.TEST), "a1", "a test may take 120 s", moment(121))
    assert (late.state.status, [each.id for each in queue.leaving.values()]) == (Status.EXPIRED, ["a1"])
    queue, _ = lose(queue, "a1", "killed", moment(122))
    assert list(queue.busy) == []


def test_nobody_expires_in_the_queue() -> None:
    with pytest.raises(TransitionError, match="queued cannot become expired"):
        expire(submitted(EMPTY, job("a1")), "a1", "", moment(1))


def test_what_remains_is_what_was_expected_without_what_has_passed() -> None:
    _, waiting = submit(EMPTY, job("a1", services=10))
    assert remaining_s(waiting, moment(9)) == waiting.expected_s
    _, begun = start(submitted(EMPTY, job("a1", services=10)), "a1", moment(1))
    assert remaining_s(begun, moment(1.25)) == waiting.expected_s - 0.25
    assert remaining_s(begun, moment(9)) == 0.0


def test_the_line_of_a_user_has_those_that_wait_by_rank_and_those_that_hold_a_place() -> None:
    queue = submitted(running(), job("a2", services=MANY), job("a3"))
    line = lines_of(queue)["a"]
    assert ([each.id for each in line.waiting], line.busy) == (["a3", "a2"], 1)


def test_who_waits_already_keeps_the_turn_when_a_job_comes_back() -> None:
    queue = submitted(EMPTY, job("a1"), job("b1"))
    assert requeued(queue, job("a2")).turns == queue.turns
