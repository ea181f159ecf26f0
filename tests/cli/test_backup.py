"""A copy that is made while the store is written, looked into, and put back where nothing or something else is."""

import gzip
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
from backend.store.database import Database, engine_of, open_database
from backend.store.error import StoreError
from backend.store.schema import VERSION
from backend.store.users import Users
from tests.store.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def store(config: Config) -> Iterator[Database]:
    with closing(open_database(config.database_url)) as one:
        claim(one)
        Users(one).add("ann", "a long password", "user")
        yield one


@pytest.fixture(params=["state", "file", "postgresql"])
def pair(request: pytest.FixtureRequest, config: Config, tmp_path: Path) -> tuple[Config, Config]:
    """Settings with one database, and settings with another that is empty."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("server")
        one, other = (msgspec.structs.replace(config, database=server.new_database()) for _ in range(2))
    elif request.param == "file":
        one, other = (
            msgspec.structs.replace(config, database=f"sqlite:///{tmp_path}/{name}/own.db") for name in ("one", "two")
        )
    else:
        one, other = config, msgspec.structs.replace(config, state=tmp_path / "empty")
    return one, other


def people(config: Config) -> set[str]:
    with closing(open_database(config.database_url)) as opened:
        return {user.name for user in Users(opened).find()}


def test_a_copy_of_a_store_that_is_in_use_is_put_back_into_an_empty_one(
    pair: tuple[Config, Config], tmp_path: Path
) -> None:
    config, empty = pair
    with closing(open_database(config.database_url)) as store:
        claim(store)
        Users(store).add("ann", "a long password", "user")
        file = backup.create(config, tmp_path / "kept")
    assert file.stat().st_mode & 0o077 == 0
    assert f"schema {VERSION}" in backup.check(file)
    backup.restore(empty, file)
    assert people(empty) == {"ann"}
    if empty.database_file:
        assert empty.database_file.stat().st_mode & 0o777 == 0o600
    with closing(open_database(empty.database_url)) as again:
        claim(again)


def test_what_came_after_the_copy_is_gone_when_it_is_back(pair: tuple[Config, Config], tmp_path: Path) -> None:
    config, _ = pair
    with closing(open_database(config.database_url)) as store:
        claim(store)
        Users(store).add("ann", "a long password", "user")
        file = backup.create(config, tmp_path / "kept")
        Users(store).add("bob", "a long password", "user")
        with pytest.raises(StoreError, match="another engine uses this database"):
            backup.restore(config, file)
        assert {user.name for user in Users(store).find()} == {"ann", "bob"}
    backup.restore(config, file)
    assert people(config) == {"ann"}


def test_a_copy_of_one_kind_is_not_put_into_a_database_of_the_other(
    config: Config, store: Database, server: Server, tmp_path: Path
) -> None:
    file = backup.create(config, tmp_path / "kept")
    other = msgspec.structs.replace(config, database=server.new_database())
    with pytest.raises(BackupError, match=r"tsim\.sqlite3, which is not for the database of these settings"):
        backup.restore(other, file)


def test_what_a_newer_version_wrote_to_postgresql_is_refused(config: Config, server: Server, tmp_path: Path) -> None:
    config = msgspec.structs.replace(config, database=server.new_database())
    open_database(config.database_url).close()
    with closing(Database(*engine_of(config.database_url))) as there, there.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    file = backup.create(config, tmp_path / "kept")
    for try_ in (lambda: backup.check(file), lambda: backup.restore(config, file)):
        with pytest.raises(BackupError, match="a newer version of tsim wrote it"):
            try_()


def test_a_password_of_postgresql_is_not_in_the_words_of_a_process(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "$@" >"$0.said"\necho "$PGPASSWORD" >>"$0.said"\nexit 7\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    config = msgspec.structs.replace(config, database="postgresql://tsim:p%40ss@/tsim?host=/run/pg")
    with pytest.raises(BackupError, match="pg_dump: status 7"):
        backup.create(config, tmp_path / "kept")
    words, password = tool.with_suffix(".said").read_text().splitlines()
    assert words.endswith(" --dbname=postgresql://tsim@/tsim?host=%2Frun%2Fpg")
    assert password == "p@ss"
    assert list((tmp_path / "kept").iterdir()) == []


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
