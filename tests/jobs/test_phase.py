from backend.jobs.phase import BEGINS, WORKING, Mode, Phase, has_result


def test_a_proof_has_its_result_before_the_report() -> None:
    assert [phase.value for phase in Phase if has_result(Mode.PROVE, phase)] == ["analyze", "report"]


def test_a_prediction_is_all_of_a_job_that_asks_for_one() -> None:
    assert [phase.value for phase in Phase if has_result(Mode.PREDICT, phase)] == ["predict"]


def test_each_phase_in_which_a_job_runs_is_told_when_it_begins() -> None:
    assert set(BEGINS) == set(WORKING[Mode.PREDICT]) | set(WORKING[Mode.PROVE])
