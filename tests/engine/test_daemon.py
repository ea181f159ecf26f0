"""The engine as a whole: what it starts with, and how it ends."""

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import structs

from backend import bootstrap
from backend.config import Config
from backend.engine import EngineError
from backend.engine.door.place import Place
from backend.engine.snapshots import SnapshotError
from backend.jobs.record import job_record
from backend.store.database import open_database
from backend.store.jobs import Jobs
from tests.engine.desk import QUESTION
from tests.engine.process import EngineProcess, engine
from tests.engine.running.stage import on_loop
from tests.engine.workers.running import children
from tests.jobs.making import job
from tests.small import write_small_network

pytestmark = pytest.mark.serial


@pytest.fixture
def settings(config: Config, tmp_path: Path) -> Config:
    return structs.replace(config, facts=write_small_network(tmp_path / "small"), jobs_at_once=1)


@pytest.fixture
def running(settings: Config, tmp_path: Path) -> Iterator[EngineProcess]:
    with engine(settings, tmp_path / "log") as one:
        yield one


@pytest.mark.root
def test_stopped_while_tests_run_and_wait_it_finishes_the_one_and_goes_on_with_the_others(
    running: EngineProcess,
) -> None:
    jobs = [running.ask("submit", question=QUESTION)["id"] for _ in range(3)]
    assert running.stop() == 0
    running.client.close()
    running.start()
    for each in jobs:
        list(running.watch(each))
        ended = running.ask("job", job=each)
        assert (ended["status"], ended["attempt"], ended["reason"]) == ("succeeded", 1, "")
        seqs = [event["seq"] for event in running.ask("events", job=each)["events"]]
        assert seqs == list(range(1, len(seqs) + 1))
    assert "Traceback" not in running.log.read_text()


def test_a_test_that_another_version_has_kept_does_not_stand_in_the_way(running: EngineProcess) -> None:
    running.stop()
    running.client.close()
    strange = job_record(structs.replace(job("strange1"), number=9))
    known = job_record(structs.replace(job("known1"), number=2))
    with closing(open_database(running.config.database_url)) as database:
        Jobs(database).keep([structs.replace(strange, document=b'{"version": 99}'), known])
    running.start()
    list(running.watch("known1"))
    ended = running.ask("job", job="known1")
    assert ended["status"] == "failed"
    assert "there is no network 'demo@3f9c'" in ended["reason"]
    with pytest.raises(EngineError, match="another version"):
        running.ask("job", job="strange1")
    assert [each["id"] for each in running.ask("jobs")["jobs"]] == ["known1"]
    assert running.ask("submit", question=QUESTION)["number"] == 10, "no number is given twice"
    assert "strange1 cannot go on" in running.log.read_text()


@on_loop
async def test_it_ends_when_something_that_must_go_on_does_not(
    settings: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better started again than an engine that tells nobody anything any more."""
    monkeypatch.setattr("backend.engine.running.journal.LAST_S", 0.05)
    others = children(os.getpid())
    daemon = bootstrap.engine_server(settings, Place(settings.engine_socket))
    try:
        await daemon.startup()
        daemon.board.journal.write(None)  # type: ignore[arg-type]
        await daemon.serve()
        assert daemon.is_stopping
    finally:
        await daemon.shutdown()
        await daemon.shutdown()
    assert children(os.getpid()) == others
    (said,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert (said.message, said.exc_info is not None) == ("the engine cannot go on", True)


@on_loop
async def test_a_start_that_fails_leaves_no_process_and_no_socket(settings: Config, tmp_path: Path) -> None:
    others = children(os.getpid())
    daemon = bootstrap.engine_server(structs.replace(settings, facts=tmp_path), Place(settings.engine_socket))
    with pytest.raises(SnapshotError, match="holds no facts"):
        await daemon.startup()
    await daemon.shutdown()
    assert children(os.getpid()) == others
    assert not settings.engine_socket.exists()
