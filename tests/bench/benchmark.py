"""One benchmark: what is measured, how often, against which goal."""

import gc
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

from msgspec import Struct


class Benchmark(Struct, frozen=True):
    name: str
    set_up: Callable[[], Callable[[], object]]
    """Prepares what is not measured and gives what is; that may give its time itself, in seconds."""
    goal_s: float | None = None
    share: float = 0.5
    """The time is that within which this share of the runs is done: the median, or 0.99 for p99."""
    limit_s: float = 2.0
    """Repeated for about this long; once at least."""
    unit: str = "s"
    """Of what the work gives itself, where that is no time."""
    than: str = ""
    """The name of another one of the same run, whose time is given as a multiple."""


class Measured(Struct, frozen=True):
    benchmark: Benchmark
    time_s: float
    least_s: float
    count: int

    @property
    def is_reached(self) -> bool:
        return self.benchmark.goal_s is None or self.time_s <= self.benchmark.goal_s


def measure(benchmark: Benchmark) -> Measured:
    work = benchmark.set_up()
    gc.collect()
    times = [_time(work)]
    if times[0] < benchmark.limit_s / 3:
        times = []  # the first run warms caches; where one run takes long, it counts
        begin = perf_counter()
        while perf_counter() - begin < benchmark.limit_s:
            times.append(_time(work))
    return Measured(benchmark, quantile(times, benchmark.share), min(times), len(times))


def quantile(times: Sequence[float], share: float) -> float:
    return median(times) if share == 0.5 else sorted(times)[int(share * len(times))]


def _time(work: Callable[[], object]) -> float:
    begin = perf_counter()
    itself = work()
    return itself if isinstance(itself, float) else perf_counter() - begin
