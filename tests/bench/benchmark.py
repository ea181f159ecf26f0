"""One benchmark: what is measured, how often, against which goal."""

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter

from msgspec import Struct


class Benchmark(Struct, frozen=True):
    name: str
    set_up: Callable[[], Callable[[], object]]
    """Prepares what is not measured and gives what is; that may give its time itself, in seconds."""
    goal_s: float | None = None
    """For the median."""
    limit_s: float = 2.0
    """Repeated for about this long; once at least."""
    than: str = ""
    """The name of another one of the same run, whose time is given as a multiple."""


class Measured(Struct, frozen=True):
    benchmark: Benchmark
    median_s: float
    least_s: float
    count: int

    @property
    def is_reached(self) -> bool:
        return self.benchmark.goal_s is None or self.median_s <= self.benchmark.goal_s


def measure(benchmark: Benchmark) -> Measured:
    work = benchmark.set_up()
    gc.collect()
    times = [_time(work)]
    if times[0] < benchmark.limit_s / 3:
        times = []  # the first run warms caches; where one run takes long, it counts
        begin = perf_counter()
        while perf_counter() - begin < benchmark.limit_s:
            times.append(_time(work))
    return Measured(benchmark, median(times), min(times), len(times))


def _time(work: Callable[[], object]) -> float:
    begin = perf_counter()
    itself = work()
    return itself if isinstance(itself, float) else perf_counter() - begin
