"""Thousands of open sockets in one worker, and how long an event takes to those that watch."""

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import rmtree
from time import perf_counter

from backend.config import Config
from tests.bench.benchmark import Benchmark, quantile
from tests.engine.desk import Desk
from tests.engine.process import engine
from tests.live.site import Web, web
from tests.small import write_small_network

SOCKETS = 5000
WATCHING = 1000
KIB = 1024
GOAL_S = 0.15


class Crowd:
    """All sockets, in a process of their own."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        facts = write_small_network(folder / "small")
        config = Config(facts=facts, state=folder / "state", user_sockets=SOCKETS, rate=("off",), keep_hours=1)
        running = engine(config, folder / "engine log")
        self.desk = Desk(running.__enter__())
        atexit.register(running.__exit__, None, None, None)
        site = web(config, folder / "web log")
        self.web: Web = site.__enter__()
        atexit.register(site.__exit__, None, None, None)
        self.ann = self.desk.person()
        before = self.memory()
        cookie = self.web.cookie(self.ann.session)["Cookie"]
        command = [sys.executable, "-m", "tests.bench._sockets", *map(str, self.web.address), cookie, str(SOCKETS)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)
        self.opening_s = float(self._line())
        self.bytes_each = (self.memory() - before) / SOCKETS
        print(f"  {SOCKETS} sockets opened in {self.opening_s:.1f} s, {self.bytes_each / KIB:.0f} KiB of the web each")

    def memory(self) -> int:
        status = Path(f"/proc/{self.web.workers[0]}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * KIB

    def say(self, line: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self._line()

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the sockets were lost"
        return line

    def event(self) -> list[float]:
        """How long one event took to each that watches."""
        with self.desk.halted():
            job = self.ann.submit()
            self.say(f"watch {job} {WATCHING}")
            self.ann.ask("cancel", job=job)
            return [float(word) for word in self.say(f"wait {job} {WATCHING}").split()]


crowd = cache(Crowd)


def event(share: float) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        return lambda: quantile(crowd().event(), share)

    return set_up


def request() -> Callable[[], object]:
    headers = crowd().web.cookie(crowd().ann.session)

    def ask() -> float:
        begin = perf_counter()
        assert crowd().web.ask("/api/v1/me", **headers)[0] == 200
        return perf_counter() - begin

    return ask


BENCHMARKS = [
    Benchmark("event to 1,000 of 5,000 open sockets, p99 of them", event(0.99), goal_s=GOAL_S, limit_s=20.0),
    Benchmark("event to 1,000 of 5,000 open sockets, median of them", event(0.5), limit_s=10.0),
    Benchmark("a request beside 5,000 open sockets, p99", request, goal_s=0.1, share=0.99, limit_s=5.0),
]
