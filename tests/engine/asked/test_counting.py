import pytest

from backend.engine.asked.counting import BOUNDS_S, Durations
from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_what_tests_found_and_how_long_their_phases_took_is_counted(desk: Desk) -> None:
    def figures() -> tuple[int, dict[str, int]]:
        metrics = desk.engine.plain("metrics")
        took = metrics["phases"]["took"]
        return sum(metrics["verdicts"].values()), {phase: took[phase]["count"] for phase in took}

    person = desk.person()
    verdicts, phases = figures()
    for services in ("443/tcp", "443/tcp,80/tcp"):
        person.ended(person.submit(services=services))
    after, counted = figures()
    assert after - verdicts == 3
    assert {phase: counted[phase] - phases.get(phase, 0) for phase in ("queued", "predict")} == {
        "queued": 2,
        "predict": 2,
    }


def test_durations_stand_in_the_bucket_that_they_fit() -> None:
    durations = Durations()
    for took_s in (0.0, 0.01, 0.02, 1000.0):
        durations.add(took_s)
    assert (durations.count, durations.seconds) == (4, 1000.03)
    assert [durations.buckets[0], durations.buckets[1], durations.buckets[len(BOUNDS_S)]] == [2, 1, 1]
