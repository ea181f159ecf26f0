"""`python -m tests.bench [WORD]`: measure, print the machine and a table; with a word, only names that hold it.

Each `tests/bench/bench_*.py` has a list `BENCHMARKS` of `Benchmark` values (see tests/bench/benchmark.py):

    BENCHMARKS = [Benchmark("trace without firewall", set_up, goal_s=0.0001)]

where `set_up()` prepares what is not to be measured and gives the function whose time is taken. A goal that is missed
is marked and makes the run fail.
"""

import importlib
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.bench.benchmark import Benchmark, Measured, measure


def found(folder: Path) -> list[Benchmark]:
    names = sorted(file.stem for file in folder.glob("bench_*.py"))
    return [one for name in names for one in importlib.import_module(f"tests.bench.{name}").BENCHMARKS]


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "a processor")
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def shown(seconds: float, unit: str = "s") -> str:
    if unit != "s":
        return f"{seconds:.3g} {unit}"
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def row(measured: Measured, others: Mapping[str, Measured]) -> str:
    goal = measured.benchmark.goal_s
    unit = measured.benchmark.unit
    said = "" if goal is None else f"{shown(goal, unit):>10}" + ("" if measured.is_reached else "  missed")
    other = others.get(measured.benchmark.than)
    said += f"  {other.time_s / measured.time_s:.0f} times as fast as: {other.benchmark.name}" if other else ""
    times = f"{shown(measured.time_s, unit):>10} {shown(measured.least_s, unit):>10} {measured.count:>7}"
    return f"{measured.benchmark.name:<52} {times} {said}".rstrip()


def main(words: list[str]) -> int:
    print(machine())
    print(f"{'':<52} {'time':>10} {'min':>10} {'n':>7} {'goal':>10}")
    is_reached = True
    known: dict[str, Measured] = {}
    for benchmark in found(Path(__file__).parent):
        if all(word in benchmark.name for word in words):
            measured = measure(benchmark)
            print(row(measured, known), flush=True)
            known[benchmark.name] = measured
            is_reached &= measured.is_reached
    return 0 if is_reached else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
