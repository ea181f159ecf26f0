"""The store cannot be written while tests run: who submits is told why, and what runs is kept when it can be again."""

import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from backend.engine import EngineError
from tests.crash.family import kill
from tests.crash.kills import network
from tests.crash.trial import Trial, trial
from tests.engine.room import room
from tests.store.server import Server
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("trouble")
    with trial(folder) as one:
        yield one


def health(running: Trial) -> Any:
    return running.engine.plain("health")


def refusal(running: Trial) -> EngineError:
    """Of a test that is submitted, some time: what is there already can be written over on a disk that is full."""
    refused: list[EngineError] = []

    def is_refused() -> bool:
        try:
            running.submit("predict")
        except EngineError as error:
            refused.append(error)
        return bool(refused)

    wait_for(is_refused, "the refusal of a test")
    return refused[0]


@contextmanager
def halted(running: Trial) -> Iterator[str]:
    """A job that runs, and gets on when this ends."""
    template = network(running)
    kill(template, signal.SIGSTOP)
    job = running.submit()
    wait_for(lambda: running.phase(job) == "predict", "its start")
    try:
        yield job
    finally:
        kill(template, signal.SIGCONT)


def done(running: Trial) -> bool:
    """Nobody works any more, whatever is known of it outside."""
    jobs = running.engine.ask("metrics")["jobs"]
    return not jobs["running"] + jobs["leaving"]


def in_trouble(running: Trial, job: str, reason: str) -> None:
    """With a store that cannot be written: a job that runs on."""
    refused = refusal(running)
    assert (refused.code, reason in str(refused)) == ("unavailable", True), refused
    wait_for(lambda: done(running), "the end of the job's process")
    assert health(running)["status"] == "degraded"
    assert reason in health(running)["checks"]["store"]


def over(running: Trial, job: str) -> None:
    """All that was taken in has ended, and everything about it has been kept."""
    running.ended()
    assert running.engine.ask("job", job=job)["status"] == "succeeded"
    wait_for(lambda: health(running)["checks"]["store"] == "ok", "health to say that all is well again")
    running.submit("predict")
    running.ended()


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with room(tmp_path / "state") as disk, trial(tmp_path, disk) as running:
        with halted(running) as job:
            disk.fill()
            refusal(running)
            disk.fill()
        in_trouble(running, job, "its disk is full")
        assert running.engine.ask("job", job=job)["status"] == "running", "nobody is told what is not kept"
        with pytest.raises(EngineError, match="its disk is full"):
            running.engine.ask("reload")
        disk.empty()
        over(running, job)


def test_a_disk_that_cannot_be_written(running: Trial) -> None:
    limits = resource.prlimit(running.engine.pid, resource.RLIMIT_FSIZE)
    with halted(running) as job:
        resource.prlimit(running.engine.pid, resource.RLIMIT_FSIZE, (0, limits[1]))  # as if it were read-only
    in_trouble(running, job, "its disk cannot be read or written")
    resource.prlimit(running.engine.pid, resource.RLIMIT_FSIZE, limits)
    over(running, job)


def test_a_state_directory_that_can_be_read_only(tmp_path: Path) -> None:
    with room(tmp_path / "state", "4m,ro") as disk, pytest.raises(RuntimeError) as refused:
        Trial(tmp_path, disk).engine.start()
    assert "Read-only file system" in str(refused.value)
    assert str(tmp_path / "state") in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_database_that_another_process_locks(running: Trial) -> None:
    with closing(sqlite3.connect(running.config.state / "tsim.sqlite3")) as other:
        with halted(running) as job:
            other.execute("BEGIN IMMEDIATE")
            refused: list[EngineError] = []
            asking = threading.Thread(target=lambda: refused.append(refusal(running)))
            asking.start()
            for _ in range(100):
                assert health(running)["pid"] == running.engine.pid
                assert running.engine.ask("job", job=job)["status"] == "running"
            assert asking.is_alive(), "others are answered while somebody waits for the store"
            asking.join()
        assert "it is locked" in str(refused[0])
        assert "it is locked" in health(running)["checks"]["store"]
        wait_for(lambda: done(running), "the end of the job's process")
        other.rollback()
        over(running, job)


@contextmanager
def hanging(server: Server) -> Iterator[None]:
    """It answers nothing that the engine asks."""
    with closing(psycopg.connect(server.address)) as connection:
        found = connection.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'tsim'").fetchall()
    for (pid,) in found:
        kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for (pid,) in found:
            kill(pid, signal.SIGCONT)


def test_a_server_that_hangs_and_one_that_is_killed(tmp_path: Path) -> None:
    with Server() as server, trial(tmp_path, database=server.new_database()) as running:
        with halted(running) as job, hanging(server):
            asking = threading.Thread(target=lambda: running.submit("predict"))
            asking.start()
            wait_for(lambda: "has not answered" in health(running)["checks"]["store"], "health to say so")
            assert asking.is_alive()
        asking.join()
        over(running, job)
        with halted(running) as job:
            server.stop(signal.SIGKILL)
        in_trouble(running, job, "connection")
        server.start()
        over(running, job)
