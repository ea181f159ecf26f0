import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.jobs.estimate import Estimate
from backend.jobs.phase import Mode
from tests.jobs.making import asked


def test_more_services_take_longer_and_a_prediction_is_shorter_than_a_proof() -> None:
    estimate = Estimate()
    assert estimate.expected_s(asked(1)) < estimate.expected_s(asked(10)) < estimate.expected_s(asked(1000))
    assert estimate.expected_s(asked(10, Mode.PREDICT)) < estimate.expected_s(asked(10))


def test_what_was_measured_is_expected_of_alike_jobs_and_of_no_others() -> None:
    estimate = Estimate().learned(asked(4), 2.0)
    assert estimate.expected_s(asked(5)) == 2.0
    assert estimate.expected_s(asked(1)) == Estimate().expected_s(asked(1))
    assert estimate.expected_s(asked(4, Mode.PREDICT)) == Estimate().expected_s(asked(4, Mode.PREDICT))


def test_one_slow_job_moves_it_a_little_and_many_move_it_wholly() -> None:
    estimate = Estimate().learned(asked(), 0.5).learned(asked(), 1.5)
    assert estimate.expected_s(asked()) == pytest.approx(0.7)
    for _ in range(50):
        estimate = estimate.learned(asked(), 1.5)
    assert estimate.expected_s(asked()) == pytest.approx(1.5, rel=0.01)


@given(st.lists(st.floats(0.01, 100), min_size=1))
def test_it_stays_between_what_was_measured(measured: list[float]) -> None:
    estimate = Estimate()
    for took_s in measured:
        estimate = estimate.learned(asked(), took_s)
    assert min(measured) <= estimate.expected_s(asked()) * 1.0001
    assert estimate.expected_s(asked()) <= max(measured) * 1.0001
