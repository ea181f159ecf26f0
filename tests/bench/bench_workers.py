"""Processes of the engine: a template with the demo network, what it forks, a question and a test through them."""

import asyncio
import atexit
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any, TypeVar

import msgspec

import backend.demo
from backend import sim
from backend.engine.workers import NetworkTask, PaperTask, Pool, Template
from backend.engine.workers.answering import answer
from backend.engine.workers.knowledge import Knowledge
from backend.facts import read_directory
from backend.jobs.job import Asked, Job
from backend.jobs.moment import Moment
from backend.jobs.progress import Found
from backend.jobs.record import decode_item, encode_job
from backend.lab.plan.survey import Survey
from backend.model.flow import Service
from tests.bench.benchmark import Benchmark
from tests.engine.workers.running import PROGRAM

FACTS = Path(backend.demo.__file__).parent / "facts"
QUESTION = msgspec.json.encode(
    {"call": "trace", "question": {"source": "10.1.1.50", "destination": "10.2.1.50", "protocol": "tcp"}}
)
ROUNDS = 200
T = TypeVar("T")


@cache
def loop() -> asyncio.AbstractEventLoop:
    made = asyncio.new_event_loop()
    atexit.register(made.close)
    return made


def done(work: Awaitable[T]) -> T:
    return loop().run_until_complete(work)


@cache
def template(kind: str) -> Template:
    tasks: dict[str, NetworkTask | bytes] = {"network": NetworkTask(str(FACTS)), "works": b""}
    started = done(Template.start(kind, tasks[kind], 30, PROGRAM))
    atexit.register(lambda: done(started.close()))
    return started


def to_ready(kind: str, task: Any) -> Callable[[], Callable[[], object]]:
    def start_and_end() -> float:
        begin = perf_counter()
        started = done(Template.start(kind, task, 30))
        took_s = perf_counter() - begin
        done(started.close())
        return took_s

    return lambda: start_and_end


def to_first_message() -> Callable[[], object]:
    """Of a template that has the demo network."""
    started = template("network")

    async def fork() -> float:
        begin = perf_counter()
        worker = await started.fork("kept", b"")
        await worker.receive()
        took_s = perf_counter() - begin
        await worker.close()
        return took_s

    return lambda: done(fork())


def through_pool(kind: str, work: str, message: bytes) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        pool = Pool(template(kind), work, 2)
        done(pool.start())

        async def ask() -> float:
            begin = perf_counter()
            for _ in range(ROUNDS):
                await pool.ask(message, 10)
            return (perf_counter() - begin) / ROUNDS

        return lambda: done(ask())

    return set_up


def bare() -> Callable[[], object]:
    network = read_directory(FACTS).network
    known = Knowledge(network, sim.compile_network(network), Survey(network))
    return lambda: answer(known, QUESTION)


def proof(services: int, is_whole: bool = True) -> Callable[[], Callable[[], object]]:
    """From the order to fork until what is proved, or what is predicted, is there."""

    def set_up() -> Callable[[], object]:
        started = template("network")
        ports = tuple(Service("tcp", port) for port in (443, 22, 80, 53, 25, 110, 143, 3306, 5432, 8080)[:services])
        asked = Asked(ip_address("10.1.1.50"), ip_address("10.2.1.50"), ports, "demo")
        job = encode_job(Job("a1", "anna", asked, Moment(datetime.now(UTC), monotonic())))

        async def test() -> float:
            begin = perf_counter()
            worker = await started.fork("testing", job)
            took_s = 0.0
            async for said in worker.said(60):
                item = decode_item(said)
                if not took_s and isinstance(item, Found) and item.is_whole is is_whole:
                    took_s = perf_counter() - begin
            await worker.close()
            return took_s

        return lambda: done(test())

    return set_up


BENCHMARKS = [
    Benchmark("workers: template of the demo network to ready", to_ready("network", NetworkTask(str(FACTS))), 1.0),
    Benchmark("workers: template of reports to ready", to_ready("paper", PaperTask()), 2.0),
    Benchmark("workers: fork to first message", to_first_message, 0.005),
    Benchmark("workers: a question through the pool, and back", through_pool("works", "echo", b"?"), 0.0001),
    Benchmark("workers: a trace, bare", bare),
    Benchmark("workers: a trace through the pool", through_pool("network", "answering", QUESTION)),
    Benchmark("workers: fork to prediction of 1 service", proof(1, is_whole=False), 0.05),
    Benchmark("workers: fork to proof of 1 service", proof(1), 0.3),
    Benchmark("workers: fork to proof of 3 services", proof(3), 0.35),
    Benchmark("workers: fork to proof of 10 services", proof(10), 0.5),
]
