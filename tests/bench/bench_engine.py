"""The warm daemon as the web asks it, and the time from the command to a page that answers."""

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from time import perf_counter

import msgspec

from backend.cli import serve
from backend.config import Config, environment, from_environment
from backend.engine import Client
from tests.bench._engine_clients import Beside
from tests.bench.benchmark import Benchmark
from tests.engine.target import target
from tests.small import write_small_network
from tests.waiting import wait_for

QUESTION = {"source": "10.0.1.50", "destination": "10.0.2.1"}


def settings() -> Config:
    folder = Path(tempfile.mkdtemp(prefix="tsim-bench-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    facts = write_small_network(folder / "small")
    return msgspec.structs.replace(from_environment(), facts=facts, state=folder / "state", bind="127.0.0.1:18765")


def client(chosen: Config) -> Client:
    engine = subprocess.Popen([sys.executable, "-m", "backend.engine"], env=environment(chosen))
    atexit.register(engine.wait)
    atexit.register(engine.terminate)
    wait_for(chosen.engine_socket.exists, "the engine")
    return Client(chosen.engine_socket)


def ping() -> Callable[[], object]:
    asked = client(settings())
    return lambda: asked.call("health")


def bare() -> Path:
    """The socket of a server whose calls do nothing."""
    running = target(Path(tempfile.mkdtemp(prefix="tsim-bench-")))
    one = running.__enter__()
    atexit.register(running.__exit__, None, None, None)
    return one.path


def round_trip() -> Callable[[], object]:
    asked = Client(bare())
    return lambda: asked.call("echo", {"number": 1})


def round_trip_beside_slow() -> Callable[[], object]:
    path = bare()
    slow = beside("slow", path)
    slow.begin(10**6)
    asked = Client(path)
    return lambda: asked.call("echo", {"number": 1})


def calls(processes: int) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        clients = beside("calls", bare(), processes)
        return lambda: timed(lambda: clients.do(4000 // processes)) / 4000

    return set_up


def events_to_one() -> Callable[[], object]:
    asked = Client(bare())

    def watch() -> None:
        for _ in asked.stream("count", {"to": 20_000}):
            pass

    return lambda: timed(watch) / 20_000


def events_to_fifty() -> Callable[[], object]:
    watchers = beside("watchers", bare())
    return lambda: timed(lambda: watchers.do(1000)) / 50_000


def beside(kind: str, path: Path, count: int = 1) -> Beside:
    clients = Beside(kind, path, count)
    atexit.register(clients.end)
    return clients


def timed(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def trace() -> Callable[[], object]:
    chosen = settings()
    asked = client(chosen)
    password = chosen.first_password_file.read_text().strip()
    signed_in = msgspec.json.decode(asked.call("sign_in", {"username": "admin", "password": password}))
    question = {"session": signed_in["session"], "question": QUESTION}
    return lambda: asked.call("trace", question)


def first_page() -> Callable[[], object]:
    chosen = settings()
    command = [sys.executable, "-m", "backend.cli.serve"]

    def start_and_end() -> None:
        process = subprocess.Popen(command, env=environment(chosen), stdout=subprocess.DEVNULL)
        wait_for(lambda: serve.status(chosen, "/readyz") == 200, "the page")
        process.terminate()
        process.wait()

    return start_and_end


BENCHMARKS = [
    Benchmark("engine: a call over its socket", ping, goal_s=0.001),
    Benchmark("socket: round trip of a call", round_trip, goal_s=0.00015),
    Benchmark("socket: round trip, p99", round_trip, goal_s=0.0005, share=0.99),
    Benchmark("socket: round trip beside 100 slow clients, p99", round_trip_beside_slow, goal_s=0.0105, share=0.99),
    Benchmark("socket: one of 4,000 calls of one client", calls(1), goal_s=0.0002),
    Benchmark("socket: one of 4,000 calls of 8 processes", calls(8), goal_s=0.0002),
    Benchmark("socket: one of 20,000 events to a watcher", events_to_one, goal_s=0.00002),
    Benchmark("socket: one of 50,000 events to 50 watchers", events_to_fifty, goal_s=0.00002),
    Benchmark("engine: a trace over its socket, for a session", trace, goal_s=0.002),
    Benchmark("serve: command to an answering page, and its end", first_page, goal_s=3.0, limit_s=6.0),
]
