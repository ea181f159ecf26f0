"""The store on SQLite in a file: what a job costs it, one commit after the other and from several threads."""

import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

from backend.store.database import Database, open_database
from backend.store.jobs import EventRecord, JobRecord, Jobs, Wanted
from backend.store.networks import NetworkRecord, Networks
from backend.store.retention import Limits, tidy
from tests.bench.bench_facts import facts
from tests.bench.benchmark import Benchmark

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DOCUMENT = b'{"a job": "as it is kept"}' * 32
EVENT = b'{"an event": "as it is told"}' * 10
RESULT = b'{"services": [{"port": 443, "verdict": "denied_forward", "steps": []}]}' * 1000
PLACE = Path(__file__).resolve().parents[2] / ".setup"
"""On the disk: a tmpfs has nothing to wait for."""
BURST = 200


def opened() -> tuple[Database, object]:
    """And what keeps its directory."""
    PLACE.mkdir(exist_ok=True)
    folder = tempfile.TemporaryDirectory(prefix="bench-store-", dir=PLACE)
    return open_database(Path(folder.name) / "db"), folder


def job(number: int, ended: datetime | None = None) -> JobRecord:
    status = "running" if ended is None else "succeeded"
    ends = ("10.1.1.50", "10.2.1.50")
    return JobRecord(f"job{number}", "ann", number, status, NOON, ended, *ends, "demo@1", "prove", DOCUMENT)


def events(number: int, first: int = 1, last: int = 5) -> list[EventRecord]:
    return [EventRecord(f"job{number}", seq, NOON, EVENT) for seq in range(first, last + 1)]


def new_jobs() -> Callable[[], object]:
    database, folder = opened()
    jobs, numbers = Jobs(database), count(1)

    def keep(keep: object = folder) -> None:
        number = next(numbers)
        jobs.keep([job(number)], events(number))

    return keep


def progress() -> Callable[[], object]:
    database, folder = opened()
    jobs, numbers = Jobs(database), count(2)
    jobs.keep([job(1)], events(1, 1, 1))

    def keep(keep: object = folder) -> None:
        first = 5 * next(numbers)
        jobs.keep([job(1)], events(1, first, first + 4))

    return keep


def reading() -> Callable[[], object]:
    database, folder = opened()
    jobs = Jobs(database)
    jobs.keep([job(number) for number in range(1, 5001)])

    def read(keep: object = folder) -> object:
        return jobs.get("job2500")

    return read


def finding() -> Callable[[], object]:
    database, folder = opened()
    jobs = Jobs(database)
    jobs.keep([job(number) for number in range(1, 5001)])

    def find(keep: object = folder) -> object:
        return jobs.find(Wanted(user="ann", before=2500))

    return find


def eight_threads() -> Callable[[], object]:
    """The time for each of their commits."""
    database, folder = opened()
    jobs, numbers = Jobs(database), count(1)
    pool = ThreadPoolExecutor(8)

    def keep(number: int) -> None:
        jobs.keep([job(number)], events(number))

    def burst(keep_: object = folder) -> float:
        begin = perf_counter()
        list(pool.map(keep, (next(numbers) for _ in range(BURST))))
        return (perf_counter() - begin) / BURST

    return burst


def whole_job() -> Callable[[], object]:
    """Twelve commits, as a job with ten services has them: 40 events, the result, the end."""
    database, folder = opened()
    jobs, numbers = Jobs(database), count(1)

    def keep(keep_: object = folder) -> None:
        number = next(numbers)
        told = events(number, 1, 40)
        for at in range(0, 40, 4):
            jobs.keep([job(number)], told[at : at + 4])
        jobs.keep([job(number)], result=(f"job{number}", RESULT))
        jobs.keep([job(number, NOON)])

    return keep


def tidying() -> Callable[[], object]:
    """Where there is nothing to remove."""
    database, folder = opened()
    Jobs(database).keep([job(number, NOON) for number in range(1, 10_001)])
    limits = Limits(age_s=1e6)
    tidy(database, limits, NOON)

    def look(keep: object = folder) -> object:
        return tidy(database, limits, NOON)

    return look


def removing() -> Callable[[], object]:
    """The time for each of the jobs that go."""
    database, folder = opened()
    jobs, numbers = Jobs(database), count(1)

    def remove(keep: object = folder) -> float:
        for number in [next(numbers) for _ in range(BURST)]:
            jobs.keep([job(number, NOON)], events(number), (f"job{number}", RESULT))
        begin = perf_counter()
        assert tidy(database, Limits(age_s=0), NOON + timedelta(hours=1)).jobs_removed == BURST
        return (perf_counter() - begin) / BURST

    return remove


def adding_a_network() -> Callable[[], object]:
    database, folder = opened()
    networks, numbers = Networks(database), count(1)
    files = {f"router-{number:04}_facts.txt": facts(number).encode() for number in range(1000)}

    def add(keep: object = folder) -> None:
        label = f"large@{next(numbers)}"
        record = NetworkRecord(label, "large", label, NOON, "ann", "upload", sum(map(len, files.values())), 1000)
        networks.add(record, files)

    return add


def opening() -> Callable[[], object]:
    """As a start of the engine does it, with the tables as they should be."""
    database, folder = opened()

    def open_(keep: object = folder) -> None:
        open_database(database.place).close()

    return open_


BENCHMARKS = [
    Benchmark("store: a new job and 5 events, safe from a power cut", new_jobs, goal_s=0.005),
    Benchmark("store: a job's progress, 5 events, safe from kill -9", progress, goal_s=0.0005),
    Benchmark("store: the same from 8 threads, each commit", eight_threads, goal_s=0.005),
    Benchmark("store: all of a job with ten services, 12 commits", whole_job, goal_s=0.02),
    Benchmark("store: read one of 5,000 jobs", reading, goal_s=0.0005),
    Benchmark("store: a page of 50 of 5,000 jobs", finding, goal_s=0.003),
    Benchmark("store: look through 10,000 jobs, remove none", tidying, goal_s=0.1),
    Benchmark("store: remove old jobs, each", removing, goal_s=0.005),
    Benchmark("store: keep the facts of 1,000 routers", adding_a_network, goal_s=5),
    Benchmark("store: open it", opening, goal_s=0.02),
]
