"""Tests on the demo network, from submission to result, and how the engine gets on with many."""

import atexit
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Any

import msgspec

from backend.config import from_environment
from tests.bench.benchmark import Benchmark
from tests.engine.process import EngineProcess, engine

PORTS = (22, 443, 80, 53, 25, 110, 143, 3306, 5432, 8080)
STACK = ExitStack()


def started(folder: Path) -> EngineProcess:
    config = msgspec.structs.replace(from_environment(), state=folder / "state")
    return STACK.enter_context(engine(config, folder / "log"))


@cache
def warm() -> EngineProcess:
    """One for all that is measured here, which has drawn a report already."""
    folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    atexit.register(STACK.close)
    running = started(folder)
    ended(running, submitted(running, 10))
    return running


def question(services: int) -> dict[str, Any]:
    ports = ",".join(map(str, PORTS[:services]))
    return {"source": "10.1.1.50", "destination": "10.2.1.50", "services": ports}


def submitted(running: EngineProcess, services: int, **more: Any) -> str:
    return str(running.ask("submit", question=question(services) | more)["id"])


def ended(running: EngineProcess, job: str) -> None:
    for frame in running.watch(job, after=0):
        last = frame
    assert last["event"]["data"]["status"] == "succeeded", last


def until(services: int, state: tuple[str, str]) -> Callable[[], object]:
    """The time from submission until this phase has come to this state; the test is over before the next begins."""
    running = warm()

    def run() -> float:
        begin = perf_counter()
        job = submitted(running, services)
        took_s = 0.0
        for frame in running.watch(job, after=0):
            event = frame.get("event", {})
            if (event.get("phase"), event.get("state")) == state and not took_s:
                took_s = perf_counter() - begin
        return took_s

    return run


def to_prediction(services: int) -> Callable[[], Callable[[], object]]:
    return lambda: until(services, ("predict", "finished"))


def to_result(services: int) -> Callable[[], Callable[[], object]]:
    """The report begins when the result is kept."""
    return lambda: until(services, ("report", "started"))


def to_report(services: int) -> Callable[[], Callable[[], object]]:
    return lambda: until(services, ("done", "finished"))


def in_a_row(count: int) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        running = warm()

        def run() -> None:
            for _ in range(count):
                ended(running, submitted(running, 1))

        return run

    return set_up


def together(count: int) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        running = warm()

        def run() -> None:
            for job in [submitted(running, 1) for _ in range(count)]:
                ended(running, job)

        return run

    return set_up


def to_ready() -> Callable[[], object]:
    """Of an engine that nobody has started before, with the demo network."""
    folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
    atexit.register(rmtree, folder, ignore_errors=True)

    def start_and_end() -> float:
        begin = perf_counter()
        running = started(folder)
        took_s = perf_counter() - begin
        running.stop()
        return took_s

    return start_and_end


BENCHMARKS = [
    Benchmark("job: start of the engine to ready", to_ready, goal_s=2.0, limit_s=6),
    Benchmark("job: one service, submitted to predicted", to_prediction(1), goal_s=0.05),
    Benchmark("job: one service, submitted to result", to_result(1), goal_s=0.3, limit_s=6),
    Benchmark("job: three services, submitted to result", to_result(3), goal_s=0.35, limit_s=6),
    Benchmark("job: ten services, submitted to result", to_result(10), goal_s=0.5, limit_s=6),
    Benchmark("job: one service, submitted to report", to_report(1), goal_s=0.5, limit_s=6),
    Benchmark("job: ten services, submitted to report", to_report(10), goal_s=0.8, limit_s=6),
    Benchmark("jobs: ten in a row", in_a_row(10), limit_s=12),
    Benchmark("jobs: ten together", together(10), limit_s=12, than="jobs: ten in a row"),
    Benchmark("jobs: twenty together", together(20), limit_s=12),
]
