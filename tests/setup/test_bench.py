from collections.abc import Callable

from tests.bench.__main__ import machine, row
from tests.bench.benchmark import Benchmark, Measured, measure, quantile


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
    assert measured.least_s <= measured.time_s


def test_a_missed_goal_is_marked() -> None:
    benchmark = Benchmark("trace", lambda: lambda: None, goal_s=0.0001)
    assert "missed" in row(Measured(benchmark, 0.002, 0.001, 7), {})
    assert "missed" not in row(Measured(benchmark, 0.00005, 0.00004, 7), {})


def test_one_is_set_beside_another_of_the_same_run() -> None:
    slow = Measured(Benchmark("by hand", lambda: lambda: None), 0.5, 0.4, 7)
    quick = Measured(Benchmark("by machine", lambda: lambda: None, than="by hand"), 0.05, 0.04, 7)
    assert row(quick, {"by hand": slow}).endswith("10 times as fast as: by hand")
    assert "fast" not in row(quick, {})


def test_what_is_no_time_has_its_own_unit() -> None:
    benchmark = Benchmark("memory", lambda: lambda: 3.0, goal_s=2.0, unit="MiB")
    assert "3 MiB" in row(Measured(benchmark, 3.0, 3.0, 1), {})
    assert "2 MiB  missed" in row(Measured(benchmark, 3.0, 3.0, 1), {})


def test_what_gives_its_time_itself_is_believed() -> None:
    assert measure(Benchmark("itself", lambda: lambda: 0.125, limit_s=0.001)).time_s == 0.125


def test_p99_is_what_one_run_in_a_hundred_exceeds() -> None:
    times = [float(number) for number in range(1000)]
    assert (quantile(times, 0.99), quantile(times, 0.5)) == (990.0, 499.5)
    assert quantile([1.0], 0.99) == 1.0


def test_the_machine_is_named() -> None:
    assert "cores" in machine()
