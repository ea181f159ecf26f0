"""The warm daemon as the web asks it, and the time from the command to a page that answers."""

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import msgspec

from backend.cli import serve
from backend.config import Config, environment, from_environment
from backend.engine import Client
from tests.bench.benchmark import Benchmark
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
    Benchmark("engine: a trace over its socket, for a session", trace, goal_s=0.002),
    Benchmark("serve: command to an answering page, and its end", first_page, goal_s=3.0, limit_s=6.0),
]
