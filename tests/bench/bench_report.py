"""Reports: how long the result of a job takes to become a PDF, where fonts and libraries are loaded already."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.report import pdf, warm
from tests.bench.benchmark import Benchmark
from tests.report.hostile import huge
from tests.report.results import read


def made(document: Callable[[], Mapping[str, Any]]) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        warm()
        result = document()
        return lambda: pdf(result)

    return set_up


BENCHMARKS = [
    Benchmark("report: one service", made(lambda: read("accepted")), goal_s=0.1),
    Benchmark("report: one blocked service, six routers", made(lambda: read("dropped")), goal_s=0.1),
    Benchmark("report: ten services of the demo network", made(lambda: read("ten-services")), goal_s=0.5),
    Benchmark("report: ten services, ten routers, nothing alike", made(lambda: huge(10, 10, 100)), goal_s=0.5),
]
