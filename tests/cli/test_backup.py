"""A copy that is made while the store is written, looked into, and put back where nothing or something else is."""

import gzip
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from backend.cli import backup
from backend.cli.backup import BackupError
from backend.config import Config, environment
from backend.store.claim import claim
from backend.store.database import Database, open_database
from backend.store.error import StoreError
from backend.store.users import Users


@pytest.fixture
def store(config: Config) -> Iterator[Database]:
    with closing(open_database(config.database_url)) as one:
        claim(one)
        Users(one).add("ann", "a long password", "user")
        yield one


def people(config: Config) -> set[str]:
    with closing(sqlite3.connect(config.state / backup.SQLITE)) as opened:
        return {name for (name,) in opened.execute("SELECT name FROM users")}


def test_a_copy_of_a_store_that_is_in_use_is_put_back_into_an_empty_one(
    config: Config, store: Database, tmp_path: Path
) -> None:
    file = backup.create(config, tmp_path / "kept")
    assert file.stat().st_mode & 0o077 == 0
    assert "is whole: 0 tests" in backup.check(file)
    empty = msgspec.structs.replace(config, state=tmp_path / "empty")
    backup.restore(empty, file)
    assert people(empty) == {"ann"}
    assert (empty.state / backup.SQLITE).stat().st_mode & 0o777 == 0o600
    with closing(open_database(empty.database_url)) as again:
        claim(again)


def test_what_came_after_the_copy_is_gone_when_it_is_back(config: Config, store: Database, tmp_path: Path) -> None:
    file = backup.create(config, tmp_path / "kept")
    Users(store).add("bob", "a long password", "user")
    with pytest.raises(StoreError, match="another engine uses this database"):
        backup.restore(config, file)
    assert people(config) == {"ann", "bob"}
    store.close()
    backup.restore(config, file)
    assert people(config) == {"ann"}


def test_the_oldest_are_removed(config: Config, store: Database, tmp_path: Path) -> None:
    made = [backup.create(config, tmp_path / "kept", keep=2) for _ in range(3)]
    assert sorted((tmp_path / "kept").iterdir()) == made[1:]


def test_the_settings_are_in_it(
    config: Config, store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text("keep_mb = 5\n")
    monkeypatch.setenv("CONFIG_PATH", str(tmp_path / "mine.toml"))
    with tarfile.open(backup.create(config, tmp_path / "kept")) as archive:
        assert sorted(archive.getnames()) == [backup.SQLITE, backup.SETTINGS]


def broken(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def strange(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        archive.add(__file__, "etc/passwd")


def scratched(file: Path) -> None:
    """A page of the database within is overwritten."""
    data = bytearray(gzip.decompress(file.read_bytes()))
    data[512 + 4096 * 2 : 512 + 4096 * 4] = b"\xff" * 8192
    file.write_bytes(gzip.compress(bytes(data)))


@pytest.mark.parametrize("harm", [broken, strange, scratched])
def test_what_is_no_whole_copy_is_refused_and_changes_nothing(
    config: Config, store: Database, tmp_path: Path, harm: object
) -> None:
    file = backup.create(config, tmp_path / "kept")
    assert callable(harm)
    harm(file)
    store.close()
    for try_ in (lambda: backup.check(file), lambda: backup.restore(config, file)):
        with pytest.raises(BackupError, match=r"broken|no copy"):
            try_()
    assert people(config) == {"ann"}


def test_the_command(
    config: Config, store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    assert backup.main(["create", str(tmp_path / "kept")]) == 0
    file = capsys.readouterr().out.strip()
    assert backup.main(["check", file]) == 0
    assert backup.main(["restore", file]) == 1
    assert backup.main(["check", str(tmp_path / "none")]) == 1
    assert f"backup: {tmp_path}/none: No such file" in capsys.readouterr().err
    monkeypatch.setenv("TSIM_STATE", str(tmp_path / "nothing"))
    assert backup.main(["create", str(tmp_path / "kept")]) == 1
    assert "nothing has been kept yet" in capsys.readouterr().err
