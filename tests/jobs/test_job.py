import pytest

from backend.jobs.job import Job, died, ended, entered, overran
from backend.jobs.phase import WORKING, Mode, Phase
from backend.jobs.state import State, Status, TransitionError
from tests.jobs.making import job, moment


def running_in(phase: Phase) -> Job:
    running = job()
    for second, each in enumerate(WORKING[Mode.PROVE]):
        running = entered(running, each, moment(second))
        if each is phase:
            break
    return running


def test_a_job_knows_when_it_and_its_phase_began_and_when_it_ended() -> None:
    done = ended(running_in(Phase.ANALYZE), Status.SUCCEEDED, "", moment(9))
    assert (done.started, done.phase_began, done.ended) == (moment(0), moment(4), moment(9))
    assert done.state == State(Status.SUCCEEDED, Phase.DONE)


def test_a_failed_job_keeps_the_phase_and_the_reason() -> None:
    failed = ended(running_in(Phase.BUILD), Status.FAILED, "no namespace", moment(2))
    assert failed.state == State(Status.FAILED, Phase.BUILD, "no namespace")


def test_a_job_whose_process_died_is_tried_once_more_and_then_has_failed() -> None:
    again = died(running_in(Phase.TEST), "killed by signal 9", moment(4))
    assert (again.state.status, again.attempt, again.started) == (Status.QUEUED, 2, None)
    failed = died(entered(again, Phase.PREDICT, moment(5)), "killed by signal 9", moment(6))
    assert failed.state == State(Status.FAILED, Phase.PREDICT, "killed by signal 9; tried 2 times")


def test_only_what_runs_can_die() -> None:
    again = died(running_in(Phase.TEST), "killed", moment(4))
    with pytest.raises(TransitionError, match="queued cannot become queued"):
        died(again, "killed", moment(5))


def test_a_report_that_takes_its_process_along_costs_the_report_only() -> None:
    done = died(running_in(Phase.REPORT), "killed by signal 9", moment(7))
    assert done.state == State(Status.SUCCEEDED, Phase.DONE, "there is no report: killed by signal 9")


def test_a_job_that_overran_has_expired_and_one_whose_report_did_has_succeeded() -> None:
    late = overran(running_in(Phase.TEST), "a test may take 120 s", moment(120))
    assert late.state == State(Status.EXPIRED, Phase.TEST, "a test may take 120 s")
    assert overran(running_in(Phase.REPORT), "30 s", moment(40)).state.status is Status.SUCCEEDED
