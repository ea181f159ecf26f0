"""Whatever users, processes and crashes do in whatever order: no job is lost, none runs twice, none is stuck."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from backend.jobs.event import Course, Event, happened, state_told
from backend.jobs.forecast import places
from backend.jobs.job import ATTEMPTS, Job, Priority
from backend.jobs.limits import TimeLimits, next_deadline_s, overdue
from backend.jobs.moment import Moment
from backend.jobs.order import is_long, long_places
from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.queue import (
    Change,
    Queue,
    RefusedError,
    cancel,
    enter,
    expire,
    finish,
    lose,
    next_to_start,
    start,
    submit,
)
from backend.jobs.recovery import recovered
from backend.jobs.state import Status
from tests.jobs.making import job, moment

USERS = "abcd"
LIMITS = TimeLimits()
NTH = st.integers(0, 50)


class Engine(RuleBasedStateMachine):
    """What keeps the queue, as simple as can be: `kept` is all that survives a crash."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue(capacity=3, limit=12, limit_for_each=6)
        self.kept: dict[str, Job] = {}
        self.courses: dict[str, Course] = {}
        self.events: dict[str, list[Event]] = {}
        self.processes: list[str] = []
        self.second = 0.0
        self.patience: dict[str, int] = {}
        """How many jobs may still be started before the first one of a user."""

    @property
    def now(self) -> Moment:
        return moment(self.second)

    def keep(self, change: Change) -> None:
        self.queue, changed = change
        self.publish(changed)

    def publish(self, changed: Job) -> None:
        before = self.kept.get(changed.id)
        self.kept[changed.id] = changed
        if before is None or before.state != changed.state:
            assert before is None or not before.state.has_ended
            course = self.courses.get(changed.id, Course(changed.id, changed.asked.mode))
            course, event = happened(course, state_told(changed), self.now.time)
            self.courses[changed.id] = course
            self.events.setdefault(changed.id, []).append(event)

    @rule(
        user=st.sampled_from(USERS),
        services=st.sampled_from([1, 10, 1000]),
        mode=st.sampled_from(Mode),
        priority=st.sampled_from(Priority),
    )
    def somebody_submits(self, user: str, services: int, mode: Mode, priority: Priority) -> None:
        new = job(f"{user}{len(self.courses)}", self.second, services, mode, priority)
        own, all_ = [each for each in self.queue.active if each.user == user], list(self.queue.active)
        if len(own) < 6 and len(all_) < 12:
            self.keep(submit(self.queue, new))
        else:
            with pytest.raises(RefusedError):
                submit(self.queue, new)

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 121.0]))
    def time_passes(self, seconds: float) -> None:
        self.second += seconds

    @rule(most=st.integers(1, 3))
    def jobs_are_started(self, most: int) -> None:
        for _ in range(most):
            next_ = next_to_start(self.queue)
            if next_ is None:
                return
            assert next_.id not in self.processes
            self.one_is_started(next_)
            self.processes.append(next_.id)

    def one_is_started(self, next_: Job) -> None:
        longs = sum(is_long(each) for each in self.queue.busy)
        assert longs + is_long(next_) <= long_places(self.queue.capacity)
        may_be_long = longs < long_places(self.queue.capacity)
        for user in self.patience:
            own = [each for each in self.queue.waiting.values() if each.user == user]
            if user != next_.user and any(may_be_long or not is_long(each) for each in own):
                self.patience[user] -= 1
                assert self.patience[user] > 0, f"{user} waits for more starts than users waited"
        self.patience.pop(next_.user, None)
        self.keep(start(self.queue, next_.id, self.now))

    @precondition(lambda self: self.processes)
    @rule(nth=NTH, of=st.integers(1, 3))
    def a_process_goes_on(self, nth: int, of: int) -> None:
        id_ = self.process(nth)
        order = WORKING[self.kept[id_].asked.mode]
        for _ in range(of):
            phase = self.kept[id_].state.phase
            if phase in order[:-1]:
                self.keep(enter(self.queue, id_, order[order.index(phase) + 1], self.now))

    @precondition(lambda self: self.processes)
    @rule(nth=NTH)
    def a_process_ends(self, nth: int) -> None:
        id_ = self.process(nth)
        is_through = self.kept[id_].state.phase in (WORKING[self.kept[id_].asked.mode][-1], Phase.ANALYZE)
        status = Status.SUCCEEDED if is_through else Status.FAILED
        self.processes.remove(id_)
        self.keep(finish(self.queue, id_, status, "", self.now))

    @precondition(lambda self: self.processes)
    @rule(nth=NTH)
    def a_process_dies(self, nth: int) -> None:
        id_ = self.process(nth)
        self.processes.remove(id_)
        self.keep(lose(self.queue, id_, "killed by signal 9", self.now))

    def process(self, nth: int) -> str:
        return self.processes[nth % len(self.processes)]

    @precondition(lambda self: any(self.queue.active))
    @rule(nth=NTH)
    def somebody_cancels(self, nth: int) -> None:
        active = [*self.queue.active, *self.queue.leaving.values()]
        self.keep(cancel(self.queue, active[nth % len(active)].id, "by ann", self.now))

    @rule()
    def what_is_overdue_is_ended(self) -> None:
        for late in overdue(self.queue.running.values(), LIMITS, self.now):
            self.keep(expire(self.queue, late.job.id, late.reason, self.now))
        deadline_s = next_deadline_s(self.queue.running.values(), LIMITS)
        assert deadline_s is None or deadline_s > self.now.tick_s

    @rule()
    def the_engine_is_killed_and_starts_again(self) -> None:
        self.processes.clear()
        self.patience.clear()
        empty = Queue(self.queue.capacity, self.queue.limit, self.queue.limit_for_each)
        self.queue, changed = recovered(empty, self.kept.values(), self.now)
        for each in changed:
            self.publish(each)

    @invariant()
    def no_job_is_lost(self) -> None:
        active = {each.id: each.state for each in self.queue.active}
        assert active == {id_: each.state for id_, each in self.kept.items() if not each.state.has_ended}
        assert not set(self.queue.waiting) & set(self.queue.running)

    @invariant()
    def each_place_has_one_process(self) -> None:
        assert sorted(self.processes) == sorted(each.id for each in self.queue.busy)
        assert len(self.processes) <= self.queue.capacity

    @invariant()
    def nobody_is_tried_too_often(self) -> None:
        assert all(each.attempt <= ATTEMPTS for each in self.kept.values())

    @invariant()
    def nothing_stands_still(self) -> None:
        assert not self.queue.waiting or any(self.queue.busy) or next_to_start(self.queue) is not None

    @invariant()
    def turns_are_of_those_who_wait(self) -> None:
        assert set(self.queue.turns) == {each.user for each in self.queue.waiting.values()}

    @invariant()
    def positions_are_without_gap_and_starts_in_order(self) -> None:
        found = places(self.queue, self.now)
        assert {place.job for place in found} == set(self.queue.waiting)
        assert [place.position for place in found] == list(range(1, len(found) + 1))
        assert [place.starts_in_s for place in found] == sorted(place.starts_in_s for place in found)

    @invariant()
    def who_has_nothing_yet_waits_for_one_start_of_each_other_at_most(self) -> None:
        """Called after each step: notes who waits newly, and who does so no more."""
        busy = {each.user for each in self.queue.busy}
        self.patience = {
            user: self.patience.get(user, len(self.queue.turns))
            for user in self.queue.turns
            if user in self.patience or user not in busy
        }

    @invariant()
    def events_have_no_gap_and_end_when_the_job_does(self) -> None:
        for id_, events in self.events.items():
            assert [event.seq for event in events] == list(range(1, len(events) + 1))
            assert [event.phase is Phase.DONE for event in events[:-1]] == [False] * (len(events) - 1)
            assert (events[-1].phase is Phase.DONE) == self.kept[id_].state.has_ended

    def teardown(self) -> None:
        """When nothing new comes and processes do their work, every job ends."""
        for _ in range(2 * len(self.kept) + 1):
            self.jobs_are_started(3)
            while self.processes:
                self.a_process_goes_on(0, len(Phase))
                self.a_process_ends(0)
        assert all(each.state.has_ended for each in self.kept.values())
        assert not any(self.queue.active)


TestEngine = Engine.TestCase
TestEngine.settings = settings(max_examples=60, stateful_step_count=60)
