from datetime import timedelta

import pytest
from msgspec import structs

from backend.jobs.job import Job, ended, entered
from backend.jobs.limits import PHASES_S, TimeLimits, next_deadline_s, overdue
from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.state import Status
from tests.jobs.making import job, moment

LIMITS = TimeLimits()


def in_phase(phase: Phase, began: float = 0.0) -> Job:
    running = entered(job(), Phase.PREDICT, moment(0))
    return running if phase is Phase.PREDICT else entered(running, phase, moment(began))


def reasons(running: Job, second: float) -> list[str]:
    return [late.reason for late in overdue([running], LIMITS, moment(second))]


def test_each_phase_has_a_limit() -> None:
    assert set(PHASES_S) == set(WORKING[Mode.PROVE])


@pytest.mark.parametrize("phase", WORKING[Mode.PROVE])
def test_a_phase_is_overdue_when_its_time_is_over_and_not_before(phase: Phase) -> None:
    running = in_phase(phase, 5.0)
    end = PHASES_S[phase] + (0.0 if phase is Phase.PREDICT else 5.0)
    assert reasons(running, end - 0.01) == []
    assert reasons(running, end) == [f"the phase {phase.value} may take {PHASES_S[phase]:g} s"]


def test_the_whole_has_two_minutes_however_fast_the_phases_are() -> None:
    assert reasons(in_phase(Phase.REPORT, 119.0), 120.0) == ["a test may take 120 s"]


def test_who_waits_or_has_ended_is_never_overdue() -> None:
    gone = ended(in_phase(Phase.TEST), Status.FAILED, "", moment(1))
    assert overdue([job(), gone], LIMITS, moment(10_000)) == []
    assert next_deadline_s([job(), gone], LIMITS) is None


def test_setting_the_clock_ends_nobody() -> None:
    later = structs.replace(moment(1), time=moment(1).time + timedelta(days=300))
    assert overdue([in_phase(Phase.TEST)], LIMITS, later) == []


def test_the_next_deadline_is_the_first_of_all() -> None:
    jobs = [in_phase(Phase.TEST, 10.0), in_phase(Phase.BUILD, 50.0), in_phase(Phase.REPORT, 100.0)]
    assert next_deadline_s(jobs, LIMITS) == moment(10.0 + PHASES_S[Phase.TEST]).tick_s
    assert next_deadline_s(jobs[1:2], LIMITS) == moment(110.0).tick_s


def test_a_job_that_is_late_twice_over_is_ended_once() -> None:
    assert reasons(in_phase(Phase.TEST), 10_000) == ["a test may take 120 s"]
