import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from backend.cli.doctor import engine
from backend.cli.doctor.finding import Finding, State
from backend.config import Config
from backend.store.database import open_database
from tests.engine.process import EngineProcess
from tests.small import write_small_network
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


def found(config: Config, state: State = State.WRONG) -> dict[str, Finding]:
    return {each.about: each for each in engine.look(config) if each.state is state}


@pytest.fixture
def running(config: Config, tmp_path: Path) -> Iterator[EngineProcess]:
    facts = write_small_network(tmp_path / "small")
    process = EngineProcess(msgspec.structs.replace(config, facts=facts), tmp_path / "log")
    process.start()
    yield process
    process.client.close()
    process.stop()


def test_an_engine_that_is_well_then_hangs_then_is_gone(
    running: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = running.config
    assert found(config) == found(config, State.NOTE) == {}
    monkeypatch.setattr(engine, "ANSWER_S", 0.5)
    running._process.send_signal(signal.SIGSTOP)  # type: ignore[union-attr]
    try:
        assert "it hangs" in found(config)["engine"].mend
    finally:
        running._process.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
    running.stop()
    gone = found(config)["engine"]
    assert (str(config.engine_socket) in gone.text, "python -m backend.engine" in gone.mend) == (True, True)


def test_a_store_that_cannot_be_written_is_found_by_itself_and_forgotten(running: EngineProcess) -> None:
    file = running.config.state / "tsim.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TRIGGER full BEFORE UPDATE ON marks BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        wait_for(lambda: "engine's store" in found(running.config), "the trouble")
        assert "free its disk" in found(running.config)["engine's store"].mend
        other.execute("DROP TRIGGER full")
    wait_for(lambda: found(running.config) == {}, "the end of the trouble")


def test_a_socket_that_is_open_to_everybody(running: EngineProcess) -> None:
    folder = running.config.engine_socket.parent
    folder.chmod(0o755)
    assert found(running.config)["socket"].mend == f"chmod o-rwx {folder}"


def test_a_store_that_is_not_there_or_of_another_version_or_none(config: Config) -> None:
    file = config.state / "tsim.sqlite3"
    assert "does not exist yet" in found(config, State.NOTE)["store"].text
    config.state.mkdir()
    with closing(open_database(file)):
        pass
    assert "store" in found(config, State.WELL)
    for version, state, said in (("0001", State.NOTE, "when it starts"), ("9999", State.WRONG, "newer one")):
        with closing(sqlite3.connect(file)) as other, other:
            other.execute("UPDATE alembic_version SET version_num = ?", (version,))
        assert said in found(config, state)["store"].mend
    file.write_text("this is no database, and it is longer than a header of one would be" * 20)
    assert "not a database" in found(config)["store"].text


def test_passwords_of_the_machine_that_nobody_checks(config: Config) -> None:
    settings = msgspec.structs.replace(config, pam=True, pam_service="tsim-none", admin_group="tsim-nobody")
    said = [each for each in engine.look(settings) if each.about == "passwords"]
    assert [each.state for each in said] == [State.WRONG, State.WRONG, State.NOTE]
    assert "cp deploy/pam.d/tsim /etc/pam.d/tsim-none" in said[0].mend
    assert "python -m backend.auth" in said[1].mend
    assert "groupadd tsim-nobody" in said[2].mend
