"""How many requests one web answers, by itself and behind nginx, and what that costs beside an empty Flask route.

Both are asked in turn in one run, in the same worker. That has one core, so how much of its time a request takes is how
many it answers, and does not depend on who else uses the machine.
"""

import atexit
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from shutil import rmtree

from backend.config import Config
from tests.bench._load import load
from tests.bench.benchmark import Benchmark
from tests.engine.desk import Desk
from tests.engine.process import engine
from tests.live.site import web
from tests.nginx.proxy import nginx
from tests.small import write_small_network

OFTEN = "all=999999999/minute"
"""Requests are counted, and nobody is refused."""
SUSTAINED_S = 60
REQUESTS = 100_000
WARM = 20_000
MIB = 1 << 20


class Place:
    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
        atexit.register(rmtree, folder, ignore_errors=True)
        page = folder / "page"
        (page / "assets").mkdir(parents=True)
        facts = write_small_network(folder / "small")
        config = Config(facts=facts, state=folder / "state", page=page, proxies=("127.0.0.1",), rate=(OFTEN,))
        running = engine(config, folder / "engine log")
        desk = Desk(running.__enter__())
        atexit.register(running.__exit__, None, None, None)
        site = web(config, folder / "web log", "tests.bench._empty:app")
        self.web = site.__enter__()
        atexit.register(site.__exit__, None, None, None)
        front = nginx(folder / "nginx", {"WEB": self.web.config.bind, "PAGE": page, "RATE": 1_000_000})
        self.front = front.__enter__()
        atexit.register(front.__exit__, None, None, None)
        self.cookie = self.web.cookie(desk.person().session)["Cookie"]

    def url(self, is_direct: bool) -> str:
        return self.web.url if is_direct else self.front.url

    def processor_s(self) -> float:
        """That the worker has used (proc_pid_stat(5))."""
        fields = Path(f"/proc/{self.web.workers[0]}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        status = Path(f"/proc/{self.web.workers[0]}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) << 10


place = cache(Place)


def taken(url: str) -> float:
    """Of the worker's time, by one request."""
    before_s = place().processor_s()
    count = load(url, place().cookie, 2).requests
    return (place().processor_s() - before_s) / count


def beside_empty(is_direct: bool) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        url = place().url(is_direct)
        empty, me = f"{url}/empty", f"{url}/api/v1/me"
        return lambda: taken(me) / taken(empty)

    return set_up


def request(path: str, is_direct: bool, seconds: int) -> Callable[[], Callable[[], object]]:
    return lambda: lambda: load(place().url(is_direct) + path, place().cookie, seconds).each_s


def grown() -> Callable[[], object]:
    url = place().url(is_direct=False) + "/api/v1/me"

    def ask(count: int) -> None:
        while count > 0:
            count -= load(url, place().cookie, 5).requests

    def work() -> float:
        ask(WARM)
        before = place().memory()
        ask(REQUESTS)
        return (place().memory() - before) / MIB

    return work


BENCHMARKS = [
    Benchmark(
        "web: JSON with a session beside an empty Flask route", beside_empty(True),
        goal_s=1 / 0.7, limit_s=20.0, unit="times as long",
    ),
    Benchmark(
        "web: the same through nginx", beside_empty(False), goal_s=1 / 0.7, limit_s=20.0, unit="times as long"
    ),
    Benchmark("web: a request", request("/api/v1/me", True, 3), limit_s=0.0),
    Benchmark("web: a request through nginx", request("/api/v1/me", False, 3), limit_s=0.0),
    Benchmark(
        "web: a request, for a minute, through nginx", request("/api/v1/me", False, SUSTAINED_S),
        goal_s=1e-3, limit_s=0.0,
    ),
    Benchmark("web: memory grown by 100,000 requests", grown, goal_s=8.0, limit_s=0.0, unit="MiB"),
]  # fmt: skip
