import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.estimate import Estimate
from backend.jobs.forecast import Place, places
from backend.jobs.job import Job, Priority
from backend.jobs.phase import Mode
from backend.jobs.queue import Queue, cancel, finish, next_to_start, start
from backend.jobs.state import Status
from tests.jobs.making import job, moment, started_in_turn, submitted


def test_who_waits_sees_a_position_and_when_it_will_start() -> None:
    queue, _ = started_in_turn(submitted(Queue(capacity=1), job("a1", services=35)))
    queue = submitted(queue, job("b1"), job("b2"), job("c1"))
    found = places(queue, moment(0.4))
    assert [(place.job, place.position) for place in found] == [("b1", 1), ("c1", 2), ("b2", 3)]
    long_s, short_s = (Estimate().expected_s(job(services=count).asked) for count in (35, 1))
    first_s = long_s - 0.4
    starts_s = [first_s, first_s + short_s, first_s + 2 * short_s]
    assert [place.starts_in_s for place in found] == pytest.approx(starts_s)


def test_where_there_is_a_place_the_start_is_now() -> None:
    assert places(submitted(Queue(capacity=2), job("a1")), moment(0)) == (Place("a1", 1, 0.0),)


def test_a_job_that_is_being_ended_will_be_gone_at_once() -> None:
    queue, _ = started_in_turn(submitted(Queue(capacity=1), job("a1", services=1000)))
    queue, _ = cancel(submitted(queue, job("b1")), "a1", "", moment(1))
    assert places(queue, moment(1)) == (Place("b1", 1, 0.0),)


JOBS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from([1, 10, 1000]), st.sampled_from(Mode), st.sampled_from(Priority)
    ),
    max_size=25,
)
EXACT = Estimate(
    {(mode, size): size * size / (4 if mode is Mode.PROVE else 64) for mode in Mode for size in (1, 4, 10)}
)
"""Durations whose sums are exact, so that jobs which end at the same time do so for both."""


@given(JOBS, st.integers(1, 4), st.integers(4, 9))
def test_what_is_foretold_is_what_comes_when_jobs_take_as_long_as_expected(
    asked_for: list[tuple[str, int, Mode, Priority]], capacity: int, second: int
) -> None:
    queue = Queue(capacity=capacity, estimate=EXACT)
    for number, (user, services, mode, priority) in enumerate(asked_for):
        queue = submitted(queue, job(f"{user}{number}", number / 8, services, mode, priority))
        if number % 3 == 0:
            queue, _ = started_in_turn(queue, number / 8)
    foretold = places(queue, moment(second))
    assert [place.position for place in foretold] == list(range(1, len(queue.waiting) + 1))
    assert {place.job for place in foretold} == set(queue.waiting)
    assert [place.job for place in foretold] == played(queue, second)


def played(queue: Queue, second: float) -> list[str]:
    """The queue itself, when nothing else happens."""
    ends = {id_: max(moment(second).tick_s, _end_s(each)) for id_, each in queue.running.items()}
    ids = []
    now_s = moment(second).tick_s
    while queue.waiting:
        while (next_ := next_to_start(queue)) is not None:
            queue, begun = start(queue, next_.id, moment(now_s - 1000.0))
            ends[begun.id] = now_s + begun.expected_s
            ids.append(begun.id)
        if not queue.waiting:
            break
        first = min(queue.running, key=lambda id_: (ends[id_], queue.running[id_].number))
        now_s = ends[first]
        queue, _ = finish(queue, first, Status.FAILED, "", moment(now_s - 1000.0))
    return ids


def _end_s(running: Job) -> float:
    assert running.started is not None
    return running.started.tick_s + running.expected_s
