"""The shell from nothing to its answer, with the demo network: asking the engine, or reading the facts itself."""

import subprocess
import sys
from collections.abc import Callable
from time import perf_counter

from msgspec.structs import replace

from backend.config import Config, environment
from tests.bench.bench_engine import client, settings
from tests.bench.benchmark import Benchmark

COMMAND = [sys.executable, "-m", "backend.cli.tsimsh"]
TRACE = ["trace", "-s", "hq-pc1", "-d", "dc-web1", "-j"]
MANY = 500


def demo() -> Config:
    return replace(settings(), facts=Config().facts)


def by_itself(words: list[str], typed: str = "", count: int = 1) -> Callable[[], Callable[[], object]]:
    return lambda: _run(["--no-engine", *words], environment(demo()), typed, count)


def by_engine(words: list[str], typed: str = "", count: int = 1) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        chosen = demo()
        client(chosen)
        asked = environment(chosen) | {"TSIM_FACTS": ""}
        return _run(words, asked, typed, count)

    return set_up


def _run(words: list[str], variables: dict[str, str], typed: str = "", count: int = 1) -> Callable[[], object]:
    def run() -> float:
        begin = perf_counter()
        subprocess.run([*COMMAND, *words], input=typed, text=True, env=variables, check=True, capture_output=True)
        return (perf_counter() - begin) / count

    return run


SCRIPT = f"{' '.join(TRACE)}\n" * MANY
ITSELF = "tsimsh: start, read the demo network, answer, end"
MANY_ITSELF = f"tsimsh: one of {MANY} questions, by itself"
BENCHMARKS = [
    Benchmark(ITSELF, by_itself(TRACE), goal_s=1.0),
    Benchmark("tsimsh: start, ask the engine, answer, end", by_engine(TRACE), goal_s=0.1, than=ITSELF),
    Benchmark(MANY_ITSELF, by_itself(["-q"], SCRIPT, MANY)),
    Benchmark(f"tsimsh: one of {MANY} questions, asking the engine", by_engine(["-q"], SCRIPT, MANY), than=MANY_ITSELF),
]
