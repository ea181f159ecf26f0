"""Reports: how long the result of a job takes to become a PDF, where fonts and libraries are loaded already."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import get_context
from typing import Any

from backend.report import pdf, topology_picture, warm
from backend.report.merging import merged
from tests.bench.benchmark import Benchmark
from tests.report.hostile import huge
from tests.report.layout.test_topology import made as network
from tests.report.results import read

ALONE = """
import sys
from pathlib import Path
from backend.report import pdf, warm
warm()
pdf(sys.stdin.buffer.read())
print(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""


def made(document: Callable[[], Mapping[str, Any]]) -> Callable[[], Callable[[], object]]:
    """As the engine has it: as JSON."""

    def set_up() -> Callable[[], object]:
        warm()
        return partial(pdf, written(document()))

    return set_up


def written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def memory(document: Callable[[], Mapping[str, Any]]) -> Callable[[], Callable[[], object]]:
    """The most of a process that does nothing else, in MB (VmHWM in proc_pid_status(5), which an exec sets back)."""

    def set_up() -> Callable[[], object]:
        text = written(document())

        def run() -> float:
            done = subprocess.run([sys.executable, "-c", ALONE], input=text, capture_output=True, check=True)
            return int(done.stdout) / 1024

        return run

    return set_up


def halves() -> Callable[[], object]:
    """Of as many services, by two processes at once, and joined by pypdf: what it would bring to draw side by side."""
    warm()
    texts = [written(huge(50))] * 2

    def run() -> bytes:
        with get_context("fork").Pool(2) as processes:
            return merged(processes.map(pdf, texts))

    return run


def mapped() -> Callable[[], object]:
    warm()
    return partial(topology_picture, network(60))


BENCHMARKS = [
    Benchmark("report: one service", made(lambda: read("accepted")), goal_s=0.1),
    Benchmark("report: one blocked service, six routers", made(lambda: read("dropped")), goal_s=0.1),
    Benchmark("report: ten services of the demo network", made(lambda: read("ten-services")), goal_s=0.5),
    Benchmark("report: ten services, ten routers, nothing alike", made(lambda: huge(10, 10, 100)), goal_s=0.5),
    Benchmark("report: 100 services, 30 routers, rules of 2,000 letters", made(huge), limit_s=1.0),
    Benchmark("report: the same as two halves, side by side and joined", halves, limit_s=1.0),
    Benchmark("report: memory for ten services, MB", memory(lambda: huge(10, 10, 100)), 150, limit_s=1.0, unit="MB"),
    Benchmark("report: memory for 100 services, MB", memory(huge), 150, limit_s=1.0, unit="MB"),
    Benchmark("map: 60 routers", mapped, limit_s=1.0),
]
