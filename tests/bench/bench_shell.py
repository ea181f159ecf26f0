"""The shell from nothing to its first answer, with the demo network."""

import subprocess
import sys
from collections.abc import Callable

from tests.bench.benchmark import Benchmark

COMMAND = [sys.executable, "-m", "backend.cli.tsimsh", "trace", "-s", "hq-pc1", "-d", "dc-web1", "-j"]


def cold() -> Callable[[], object]:
    return lambda: subprocess.run(COMMAND, check=True, capture_output=True)


BENCHMARKS = [Benchmark("tsimsh: start, read the demo network, answer, end", cold, goal_s=1.0)]
