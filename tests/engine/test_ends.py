"""Tests that are ended from outside, in every phase: cancelled, too long, or running when the engine is stopped."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.engine import EngineError
from backend.engine.protocol import Code
from tests.crash.family import gone, kill
from tests.crash.kills import PHASES, held_in, network
from tests.crash.trial import Trial, trial
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
HELD = PHASES[:-1]
PREDICTED = {"predict": False, "build": True, "services": True, "test": True, "analyze": True}
"""Whether something is known already in a phase."""


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("ends")
    with trial(folder, jobs_at_once=len(HELD) + 1, grace_seconds=1) as one:
        yield one


@pytest.fixture
def running(started: Trial) -> Trial:
    """Whatever was submitted before has ended."""
    started.jobs = []
    return started


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Trial]:
    with trial(tmp_path, jobs_at_once=len(HELD) + 1, job_seconds=3) as one:
        yield one


def hold_all(running: Trial) -> dict[str, str]:
    """A test in each phase, whose process has stopped there."""
    held = {}
    for phase in HELD:
        held_in(running, phase)
        held[phase] = running.jobs[-1].id
    return held


def ended_well(running: Trial, held: dict[str, str], status: str, reason: str) -> None:
    for phase, job in held.items():
        found = running.engine.ask("job", job=job)
        assert (found["status"], found["phase"]) == (status, phase)
        assert reason in found["reason"]
        watched = list(running.engine.watch(job, after=0))
        assert [each["event"]["seq"] for each in watched] == list(range(1, len(watched) + 1))
        assert [each["event"]["phase"] for each in watched].count("done") == 1
        assert watched[-1]["event"]["message"] == f"{status}: {found['reason']}"
        assert has_result(running, job) is PREDICTED[phase]


def has_result(running: Trial, job: str) -> bool:
    try:
        result: Any = running.engine.ask("result", job=job)
    except EngineError as error:
        if error.code != Code.NOT_FOUND:
            raise
        return False
    assert result["job"] == job
    return True


def test_cancelled_in_every_phase(running: Trial) -> None:
    held = hold_all(running)
    template = network(running)
    kill(template, signal.SIGSTOP)
    waiting = running.submit(), running.submit()  # one has a place and no process yet, the other waits
    for job in [*reversed(waiting), *held.values()]:
        assert running.engine.ask("cancel", job=job)["status"] == "cancelled"
        assert running.engine.ask("cancel", job=job)["status"] == "cancelled", "twice is as good as once"
    kill(template, signal.SIGCONT)
    ended_well(running, held, "cancelled", "cancelled by root")
    assert [running.engine.ask("job", job=job)["phase"] for job in waiting] == ["predict", "queued"]
    wait_for(lambda: running.engine.ask("metrics")["jobs"]["leaving"] == 0, "their places to be free")
    running.jobs = []
    running.submit()
    running.ended()


def test_too_long_in_every_phase(hasty: Trial) -> None:
    held = hold_all(hasty)
    for job in held.values():
        list(hasty.engine.watch(job))
    hasty.jobs = []
    hasty.submit()
    hasty.ended()
    ended_well(hasty, held, "expired", "a test may take 3 s")


def test_stopped_while_tests_wait_and_run(running: Trial) -> None:
    """Those that run end with what they have, those that wait go on when the engine is back."""
    held = hold_all(running)
    kill(network(running), signal.SIGSTOP)
    jobs = [running.submit("predict") for _ in range(4)]
    namespaces = running.family.namespaces()
    assert running.engine.stop() == 0
    running.engine.client.close()
    gone(running.family, namespaces)
    running.engine.start()
    ended_well(running, held, "expired", "the engine was stopped")
    first = running.engine.ask("job", job=jobs[0])
    assert (first["status"], first["phase"], first["reason"]) == ("expired", "predict", "the engine was stopped")
    running.jobs = [each for each in running.jobs if each.id in jobs[1:]]
    running.ended()


def test_what_nearly_ends_may_do_so_when_the_engine_is_stopped(running: Trial) -> None:
    template = network(running)
    kill(template, signal.SIGSTOP)
    running.submit()
    os.kill(running.engine.pid, signal.SIGTERM)
    kill(template, signal.SIGCONT)
    assert running.engine.wait() == 0
    running.engine.client.close()
    running.engine.start()
    running.ended()


def test_a_second_signal_ends_it_at_once(running: Trial) -> None:
    template = network(running)
    kill(template, signal.SIGSTOP)
    running.submit("predict")
    namespaces = running.family.namespaces()
    os.kill(running.engine.pid, signal.SIGTERM)
    wait_for(lambda: not running.config.engine_socket.exists(), "the engine to stop")
    os.kill(running.engine.pid, signal.SIGTERM)
    assert running.engine.wait() == 128 + signal.SIGTERM
    running.engine.client.close()
    gone(running.family, namespaces)
    running.engine.start()
    running.ended()
