"""An installed tsim on a Debian 12 of its own, which had nothing but packages in apt's cache. Needs root and a while.

From outside, as people see it: through nginx and TLS.
"""

import atexit
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from time import perf_counter

from backend.cli import backup
from backend.config import Config
from backend.store.database import open_database
from backend.store.jobs import Jobs
from tests.bench.bench_store import NOON, events, job
from tests.bench.benchmark import Benchmark
from tests.deploy import clean, release
from tests.deploy.machine import CURL, HOST, Machine, machine

SOCKETS = ("tsim-auth.socket", "tsim-engine.socket", "tsim-web.socket")
SERVICES = ("tsim-auth", "tsim-engine", "tsim-web")
ASK = f"{' '.join(CURL)} --http1.1 -o /dev/null -w '%{{http_code}}\\n' https://{HOST}/readyz"
READY = f'until [ "$({ASK} 2>&1)" = 200 ]; do sleep 0.02; done'
LOAD = f"while [ ! -e /root/enough ]; do {ASK}; done"
WORKERS = "cat /proc/$(systemctl show -p MainPID --value tsim-web)/task/*/children"
TESTS, REPORT = 4000, 128_000
"""So many with a report of that size: half a gigabyte, which is a quarter of what is kept at most (keep_mb)."""


class Bench:
    def __init__(self) -> None:
        kept = ExitStack()
        atexit.register(kept.close)
        self.folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="bench-deploy-")))
        archive = release.make(self.folder, "1.0", clean.PYTHON)
        self.machine: Machine = kept.enter_context(machine(self.folder / "machine", clean.root(archive)))
        self.script = f"{release.unpack(self.machine, archive)}/deploy/install.sh"
        begin = perf_counter()
        self.machine.do(self.script, "--name", HOST)
        self.installed_s = perf_counter() - begin

    def started(self) -> None:
        self.machine.do("sh", "-c", f"systemctl start {' '.join(SOCKETS + SERVICES)} && {READY}")

    def stop(self) -> None:
        self.machine.do("systemctl", "stop", *SOCKETS, *SERVICES)

    def reloaded(self) -> float:
        """Until no worker of before is left and the new ones answer; four clients ask all the while."""
        clients = [self.machine.start("sh", "-c", LOAD) for _ in range(4)]
        before = set(self.machine.do("sh", "-c", WORKERS).split())
        begin = perf_counter()
        self.machine.do("systemctl", "reload", "tsim-engine", "tsim-web", "nginx")
        while not (now := set(self.machine.do("sh", "-c", WORKERS).split())) or now & before:
            pass
        self.machine.do("sh", "-c", READY)
        time_s = perf_counter() - begin
        self.machine.do("touch", "/root/enough")
        answers = b"".join(client.communicate()[0] for client in clients).split()
        self.machine.do("rm", "/root/enough")
        failed = len(answers) - answers.count(b"200")
        if failed:
            raise AssertionError(f"{failed} of {len(answers)} requests failed")
        return time_s

    def keep_a_large_copy(self) -> str:
        settings = Config(state=self.folder / "state")
        with closing(open_database(settings.database_url)) as database:
            jobs = Jobs(database)
            for number in range(1, TESTS + 1):
                jobs.keep([job(number, NOON)], events(number))
                jobs.keep_report(f"job{number}", os.urandom(REPORT))
        copy = backup.create(settings, self.folder)
        self.machine.do(
            "sh", "-c", "cat >/var/backups/tsim/large && chmod 644 /var/backups/tsim/large", sent=copy.read_bytes()
        )
        return "/var/backups/tsim/large"


bench = cache(Bench)


def install() -> Callable[[], object]:
    return lambda: bench().installed_s


def start() -> Callable[[], object]:
    one = bench()

    def timed() -> float:
        one.stop()
        begin = perf_counter()
        one.started()
        return perf_counter() - begin

    return timed


def reload() -> Callable[[], object]:
    return bench().reloaded


def restore() -> Callable[[], object]:
    one = bench()
    copy = one.keep_a_large_copy()

    def restored() -> None:
        one.machine.do("systemctl", "stop", "tsim-engine.socket", "tsim-engine")
        one.machine.do("runuser", "-u", "tsim", "--", "tsim-backup", "restore", copy)
        one.started()

    return restored


ALL = [
    Benchmark("install on a bare Debian 12, packages in cache", install, goal_s=180.0),
    Benchmark("start to ready, through nginx and TLS", start, goal_s=3.0, limit_s=15.0),
    Benchmark("reload of all, and no request fails", reload, goal_s=5.0, limit_s=15.0),
    Benchmark("restore of 4,000 tests, 500 MB, until ready", restore, goal_s=60.0),
]
BENCHMARKS = ALL if os.geteuid() == 0 else []
