"""Thousands of open sockets in one worker behind nginx: how long an event takes to those that watch, and how long a
request takes meanwhile.
"""

import atexit
import http.client
import subprocess
import sys
import tempfile
import threading
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
from tests.nginx.proxy import nginx
from tests.small import write_small_network

SOCKETS = 5000
WATCHING = 1000
KIB = 1024
GOAL_S = 0.15
BEFORE = 15
"""Tests that wait before another: so many words are told to those who watch it, one each second."""


class Crowd:
    """All sockets, in a process of their own."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        facts = write_small_network(folder / "small")
        config = Config(
            facts=facts, state=folder / "state", bind=f"unix:{folder / 'web'}", proxies=("unix",), page=folder,
            user_sockets=SOCKETS, rate=("off",), keep_hours=1,
        )  # fmt: skip
        running = engine(config, folder / "engine log")
        self.desk = Desk(running.__enter__())
        atexit.register(running.__exit__, None, None, None)
        site = web(config, folder / "web log")
        self.web: Web = site.__enter__()
        atexit.register(site.__exit__, None, None, None)
        front = nginx(folder / "nginx", {"WEB": config.bind, "PAGE": folder, "RATE": 1_000_000, "SOCKETS": 2 * SOCKETS})
        self.front = front.__enter__()
        atexit.register(front.__exit__, None, None, None)
        self.ann = self.desk.person()
        # An administrator's, who may watch: of one's own tests each socket is told, watching or not.
        self.cookie = self.web.cookie(self.desk.person("admin").session)["Cookie"]
        before = self.memory()
        certificate = str(self.front.folder / "certificate.pem")
        command = [sys.executable, "-m", "tests.bench._sockets", certificate, str(self.front.https), self.cookie]
        self.process = subprocess.Popen(
            [*command, str(SOCKETS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
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

    def places(self, ready: threading.Event, ends: threading.Event) -> None:
        """Of the tests before one that waits, one after the other gets out of its way: all who watch it hear of it."""
        with self.desk.halted():
            before = [self.ann.submit() for _ in range(BEFORE)]
            job = self.ann.submit()
            try:
                self.say(f"watch {job} {WATCHING}")
            finally:
                ready.set()
            while before and not ends.wait(1.0):
                self.ann.ask("cancel", job=before.pop())
            for each in (*before, job):
                self.ann.ask("cancel", job=each)


crowd = cache(Crowd)


def event(share: float) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        return lambda: quantile(crowd().event(), share)

    return set_up


def request() -> Callable[[], object]:
    """One after the other on one connection, while something is told to those who watch each second."""
    place = crowd()
    ready, ends = threading.Event(), threading.Event()
    telling = threading.Thread(target=place.places, args=(ready, ends))
    telling.start()
    atexit.register(telling.join)
    atexit.register(ends.set)
    ready.wait()
    connection = http.client.HTTPSConnection("localhost", place.front.https, context=place.front.trust())

    def ask() -> float:
        begin = perf_counter()
        connection.request("GET", "/api/v1/me", headers={"Cookie": place.cookie})
        with connection.getresponse() as answer:
            answer.read()
            assert answer.status == 200
        return perf_counter() - begin

    return ask


BENCHMARKS = [
    Benchmark("web: event to 1,000 of 5,000 open sockets, p99 of them", event(0.99), goal_s=GOAL_S, limit_s=20.0),
    Benchmark("web: event to 1,000 of 5,000 open sockets, median", event(0.5), limit_s=10.0),
    Benchmark("web: a request meanwhile, p99", request, goal_s=0.1, share=0.99, limit_s=10.0),
]
