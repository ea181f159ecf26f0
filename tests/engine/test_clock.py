"""Somebody sets the clock while tests wait and run: forward by a year, and back by two.

Predictions, since the library that does it stands in the way of system calls that a lab needs.
"""

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.engine.running.conductor import LOOK_S
from tests.crash.family import kill
from tests.crash.kills import network
from tests.crash.trial import Trial, trial
from tests.engine.room import room
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
LIBRARY = "libfaketime.so.1"
YEAR = timedelta(days=365)


class Clock:
    """Of an engine and all its processes (faketime(1)); the machine's own is left alone."""

    def __init__(self, file: Path) -> None:
        (library,) = Path("/usr/lib").glob(f"*/faketime/{LIBRARY}")
        self._file = file
        self._file.write_text("+0")
        self.variables = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, by: timedelta) -> None:
        """From what the machine's says."""
        self._file.write_text(f"{by.total_seconds():+.0f}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clock")


@pytest.fixture(scope="module")
def clock(folder: Path) -> Clock:
    return Clock(folder / "clock")


@pytest.fixture(scope="module")
def running(folder: Path, clock: Clock) -> Iterator[Trial]:
    """The library leaves files in /dev/shm, which is another one in a room."""
    with (
        room(folder / "state") as place,
        trial(folder, place, clock.variables, jobs_at_once=1, job_seconds=30) as one,
    ):
        yield one


def years(running: Trial, job: str) -> list[int]:
    """Of the events, counted from now."""
    events: list[Any] = running.engine.ask("events", job=job)["events"]
    now = datetime.now(UTC)
    return [round((datetime.fromisoformat(each["time"]) - now) / YEAR) for each in events]


def is_refused(running: Trial, session: str) -> bool:
    try:
        running.engine.plain("session", session=session)
    except EngineError as error:
        return error.code == Code.DENIED
    return False


def test_it_is_set_while_tests_wait_and_run(running: Trial, clock: Clock) -> None:
    old = running.submit("predict")
    running.ended()
    template = network(running)
    kill(template, signal.SIGSTOP)
    jobs = [running.submit("predict") for _ in range(3)]
    wait_for(lambda: running.phase(jobs[0]) == "predict", "the start of the first")
    clock.jump(YEAR)
    jobs.append(running.submit("predict"))
    sleep(3 * LOOK_S)  # it is looked whether one has overrun
    assert [running.engine.ask("job", job=job)["status"] for job in jobs] == ["running"] + 3 * ["queued"]
    assert [running.engine.ask("job", job=job)["place"]["position"] for job in jobs[1:]] == [1, 2, 3]
    clock.jump(-YEAR)
    kill(template, signal.SIGCONT)
    running.ended()
    assert years(running, jobs[0]) == [0, 0, *[-1] * (len(years(running, jobs[0])) - 2)]
    assert set(years(running, jobs[3])[:1]) == {1}
    ended = [running.engine.ask("job", job=job)["ended"] for job in jobs]
    assert ended == sorted(ended), "each had its turn when those before it had ended"
    results = [running.engine.ask("result", job=job) for job in jobs]
    assert all(0 <= phase["took_s"] < 30 for result in results for phase in result["phases"])

    clock.jump(YEAR)
    assert running.engine.ask("cleanup")["jobs_removed"] == 0, "a wrong clock is no reason to remove anything"
    assert {each["id"] for each in running.engine.ask("jobs")["jobs"]} == {old, *jobs}

    kill(network(running), signal.SIGSTOP)
    waiting = [running.submit("predict") for _ in range(2)]
    clock.jump(-YEAR)
    running.kill_engine()
    running.engine.start()
    running.ended()
    assert {running.engine.ask("job", job=job)["status"] for job in waiting} == {"succeeded"}


def test_who_has_signed_in_signs_in_again_and_goes_on(running: Trial, clock: Clock) -> None:
    words = {"username": "admin", "password": (running.disk / "first-password").read_text().split()[-1]}
    session = running.engine.plain("sign_in", **words)["session"]
    clock.jump(2 * YEAR)
    wait_for(lambda: is_refused(running, session), "the end of the session")
    later = running.engine.plain("sign_in", **words)["session"]
    clock.jump(-YEAR)
    assert running.engine.plain("session", session=later)["username"] == "admin"
    assert running.engine.plain("session", session=running.engine.plain("sign_in", **words)["session"])
