"""`engine`, as a person types it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.cli.command import FAILURE, NO, YES, Shell
from backend.cli.error import FailureError
from backend.cli.steering import cleanup_text, end, status_text
from backend.config import Config
from tests.cli.asked import tsimsh
from tests.cli.networks import write_small
from tests.cli.playing import engine_shell, told
from tests.engine.process import EngineProcess
from tests.engine.process import engine as running_engine
from tests.waiting import is_running

pytestmark = pytest.mark.serial


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EngineProcess]:
    config = Config(state=tmp_path / "state", facts=write_small(tmp_path / "small"), watch_facts_s=0)
    with running_engine(config, tmp_path / "log") as running:
        yield running


def test_status_and_metrics(by_engine: Shell, engine: EngineProcess) -> None:
    answer = told("engine status", by_engine)
    assert answer.code == YES
    assert answer.text.startswith(f"the engine is ready: process {engine.pid}, for ")
    assert engine.plain("health")["network"] in answer.text
    document = told("engine status -j", by_engine).document
    assert (document["running"], document["pid"]) == (True, engine.pid)
    assert "\njobs.waiting 0\n" in told("engine metrics", by_engine).text
    assert told("engine metrics -j", by_engine).document["uptime_s"] > 0


def test_what_is_wrong_is_in_the_status() -> None:
    metrics = {"uptime_s": 7300.0, "jobs": {"waiting": 1, "running": 2, "ended": {}}, "memory_bytes": 6e7}
    status = {
        "status": "degraded", "pid": 7, "network": "demo@1", "checks": {"store": "the disk is full", "network": "ok"},
        "metrics": metrics | {"descriptors": 1},
    }  # fmt: skip
    assert status_text(status).splitlines() == [
        "the engine is degraded: process 7, for 2 h", "  network    demo@1",
        "  tests      1 waiting, 2 running; ended since its start: none", "  takes      60 MB, 1 open file",
        "  store      the disk is full",
    ]  # fmt: skip


def test_facts_are_read_again(own: EngineProcess, tmp_path: Path) -> None:
    shell = engine_shell(own.config)
    before = own.plain("health")["network"]
    assert told("engine reload", shell).text == f"{before} is still active"
    (own.config.facts / "hosts.toml").write_text("")
    document = told("engine reload -j", shell).document
    assert document["before"] == before != document["active"]
    own.config.facts.rename(tmp_path / "elsewhere")
    answer = told("engine reload", shell)
    assert (answer.code, f"there is no directory {own.config.facts}" in answer.text) == (FAILURE, True)


def test_what_is_old_is_removed(by_engine: Shell) -> None:
    assert told("engine cleanup", by_engine).text == "nothing is older than it may be"
    removed = {"sessions_removed": 0, "jobs_removed": 3, "reports_removed": 2, "bytes_freed": 1_500_000}
    assert cleanup_text(removed) == "removed: 3 jobs, 2 reports; 1.5 MB"


def test_it_is_ended_and_then_it_is_gone(own: EngineProcess) -> None:
    shell = engine_shell(own.config)
    document = told("engine stop -j", shell).document
    assert document == {"running": False, "pid": own.pid}
    assert not is_running(own.pid)
    assert own.stop() == 0


@pytest.mark.parametrize("word", ["status", "metrics", "reload", "cleanup", "stop"])
def test_where_none_runs_that_is_said_and_none_is_started(word: str, tmp_path: Path) -> None:
    done = tsimsh(f"engine {word}", TSIM_STATE=str(tmp_path))
    assert (done.returncode, done.stderr) == (NO, "")
    assert done.stdout.startswith("the engine is not running")
    assert json.loads(tsimsh(f"engine {word} -j", TSIM_STATE=str(tmp_path)).stdout)["running"] is False
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_engine_of_ours_is_left_alone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        with pytest.raises(FailureError, match="another engine has taken its place"):
            end(other.pid, lambda: False)
        assert is_running(other.pid)
        other.communicate(b"\n")


def test_what_cannot_be_seen_is_told_as_that() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    with pytest.raises(FailureError, match=f"process {gone.pid}, cannot be seen from here: No such file"):
        end(gone.pid, lambda: True)


@pytest.mark.root
def test_nor_what_belongs_to_somebody_else() -> None:
    command = [sys.executable, "-c", "import os; os.setuid(65534); print(flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(FailureError, match="belongs to nobody, who may end it"):
            end(other.pid, lambda: True)
        assert is_running(other.pid)
        other.communicate(b"\n")
