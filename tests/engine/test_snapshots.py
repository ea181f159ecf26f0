"""Facts change while the engine runs: tests that wait and run are about those with which they were submitted."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.engine import EngineError
from tests.crash.family import children, kill, networks
from tests.crash.kills import network
from tests.crash.trial import DESTINATION, DROPPED, SOURCE, Trial, trial
from tests.small import write_small_network
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("snapshots")
    with trial(folder, jobs_at_once=1) as one:
        yield one


@pytest.fixture
def running(started: Trial) -> Trial:
    write_small_network(started.facts, DROPPED)
    started.engine.ask("reload")
    return started


def ask(running: Trial) -> bool:
    """Whether 80/tcp is reached, by the facts that are active."""
    question = {"source": SOURCE, "destination": DESTINATION, "services": "80/tcp"}
    return bool(running.engine.ask("reach", question=question)["services"][0]["reachable"])


def active(running: Trial) -> str:
    return str(running.engine.plain("health")["network"])


def trouble(running: Trial) -> Any:
    health = running.engine.plain("health")
    return health["checks"]["network"] if health["status"] == "degraded" else None


def test_each_test_is_about_the_facts_with_which_it_was_submitted(running: Trial) -> None:
    """One runs and two wait while the facts become others."""
    before, template = active(running), network(running)
    kill(template, signal.SIGSTOP)
    old = [running.submit(services="80/tcp") for _ in range(3)]
    write_small_network(running.facts, dropped=())
    after = running.engine.ask("reload")["active"]
    new = running.submit(services="80/tcp")
    assert ask(running)
    kill(template, signal.SIGCONT)
    for job, label, is_reached in [*((job, before, False) for job in old), (new, after, True)]:
        list(running.engine.watch(job))
        result = running.engine.ask("result", job=job)
        assert result["network"] == label
        assert [each["reachable"] for each in result["services"]] == [is_reached]
        assert result["prediction"]["services"][0]["reachable"] is is_reached
    assert before != after == active(running)
    wait_for(lambda: running.engine.plain("metrics")["processes"]["snapshots"] == 1, "the old one is closed")


def test_facts_that_are_collected_again_are_taken_at_a_signal(running: Trial) -> None:
    before = active(running)
    write_small_network(running.facts, dropped=())
    os.kill(running.engine.pid, signal.SIGHUP)
    wait_for(lambda: active(running) != before, "the new facts")
    assert ask(running)


def test_a_test_of_facts_that_are_gone_from_memory_still_runs_after_a_restart(running: Trial) -> None:
    before = active(running)
    kill(network(running), signal.SIGSTOP)
    jobs = [running.submit(services="80/tcp") for _ in range(2)]
    write_small_network(running.facts, dropped=())
    running.kill_engine()
    running.engine.start()
    for job in jobs:
        list(running.engine.watch(job))
        result = running.engine.ask("result", job=job)
        assert (result["network"], result["services"][0]["reachable"]) == (before, False)
    assert active(running) != before


@pytest.mark.parametrize("is_gone", [False, True])
def test_facts_that_cannot_be_read_leave_those_before_and_health_says_why(running: Trial, is_gone: bool) -> None:
    before = active(running)
    if is_gone:
        shutil.rmtree(running.facts)
    else:
        for file in running.facts.iterdir():
            file.write_text("not a word of facts\n")
    named = f"there is no directory {running.facts}" if is_gone else "holds no facts that can be read"
    with pytest.raises(EngineError) as refused:
        running.engine.ask("reload")
    assert named in str(refused.value)
    assert named in trouble(running)
    assert active(running) == before
    assert not ask(running)

    if not is_gone:
        running.kill_engine()
        running.engine.start()
        assert named in trouble(running), "also after a restart"
        assert active(running) == before
        assert not ask(running)

    shutil.rmtree(running.facts, ignore_errors=True)
    write_small_network(running.facts, dropped=())
    running.engine.ask("reload")
    assert trouble(running) is None
    assert ask(running)


def test_facts_whose_process_dies_while_it_reads_them_are_read_once_more(running: Trial) -> None:
    known = children(running.engine.pid)
    write_small_network(running.facts, dropped=())
    os.kill(running.engine.pid, signal.SIGHUP)
    wait_for(lambda: children(running.engine.pid) - known, "the process that reads")
    kill(max(children(running.engine.pid) - known))
    wait_for(lambda: ask(running), "the new facts")


def test_after_its_process_has_died_questions_are_answered_from_facts_read_again(running: Trial) -> None:
    network(running)
    for template in networks(running.engine.pid):
        kill(template)
    assert not ask(running)


def test_facts_that_are_collected_again_become_active_by_themselves(tmp_path: Path) -> None:
    with trial(tmp_path, watch_facts_s=1) as one:
        before = active(one)
        write_small_network(one.facts, dropped=())
        wait_for(lambda: active(one) != before, "the facts to be read")
        assert ask(one)
