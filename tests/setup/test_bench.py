from collections.abc import Callable

from tests.bench.__main__ import machine, row
from tests.bench.benchmark import Benchmark, Measured, measure


def test_only_the_work_is_repeated_and_not_its_preparation() -> None:
    calls = {"set_up": 0, "work": 0}

    def work() -> None:
        calls["work"] += 1

    def set_up() -> Callable[[], None]:
        calls["set_up"] += 1
        return work

    measured = measure(Benchmark("nothing", set_up, limit_s=0.01))
    assert calls["set_up"] == 1
    assert calls["work"] == measured.count + 1
    assert measured.least_s <= measured.median_s


def test_a_missed_goal_is_marked() -> None:
    benchmark = Benchmark("trace", lambda: lambda: None, goal_s=0.0001)
    assert "missed" in row(Measured(benchmark, 0.002, 0.001, 7))
    assert "missed" not in row(Measured(benchmark, 0.00005, 0.00004, 7))


def test_the_machine_is_named() -> None:
    assert "cores" in machine()
