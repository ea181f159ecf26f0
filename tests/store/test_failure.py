"""Each way in which a database fails, for real: what a person is told, and whether trying again may help."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import ArgumentError

from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.failure import store_error, told
from backend.store.jobs import Jobs
from tests.store.sample import job
from tests.store.server import Server
from tests.waiting import wait_for

NOBODY = 65534


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """One that may be stopped."""
    with Server() as server:
        yield server


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory of nobody's; pytest's own are closed again by whoever starts pytest meanwhile."""
    with tempfile.TemporaryDirectory(prefix="tsim-", dir="/tmp") as name:
        os.chown(name, NOBODY, NOBODY)
        yield Path(name)


def complaint(place: Path | str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_database(place)
    return caught.value


@pytest.mark.root
@pytest.mark.serial
def test_a_full_disk_loses_nothing_that_was_kept_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    command = ["unshare", "--mount", sys.executable, "-m", "tests.store.filling", str(tmp_path)]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    assert said["error"] == f"{tmp_path}/db: its disk is full (database or disk is full)"
    assert said["is_passing"]
    assert said["kept"] == said["found"] > 20
    assert said["whole"]
    assert said["removed"] == said["kept"] + 1
    assert said["soundness"] == "ok"


@pytest.mark.root
@pytest.mark.serial
def test_a_disk_that_can_be_read_only_is_told(tmp_path: Path) -> None:
    database = open_database(tmp_path / "db")
    Jobs(database).keep([job(1)])
    database.close()
    program = f"""
from pathlib import Path
from backend.store.database import open_database
from backend.store.error import StoreError
try:
    open_database(Path({str(tmp_path / "db")!r}))
except StoreError as error:
    print(error, error.is_passing)
"""
    mount = f"mount --bind {tmp_path} {tmp_path} && mount -o remount,ro,bind {tmp_path}"
    command = ["unshare", "--mount", "sh", "-c", f'{mount} && exec "$0" -c "$1"', sys.executable, program]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    assert said == f"{tmp_path}/db: Read-only file system False\n"


@pytest.mark.root
@pytest.mark.parametrize(
    ("closed", "reason"),
    [
        ("db", "Permission denied"),
        (".", "its directory cannot be written, and the journal has to stand there"),
    ],
)
def test_who_may_not_write_is_told_what(open_place: Path, closed: str, reason: str) -> None:
    """As nobody, for root may write everything."""
    open_database(open_place / "db").close()
    os.chown(open_place / "db", NOBODY, NOBODY)
    (open_place / closed).chmod(0o555 if closed == "." else 0o444)
    program = f"""
import os
from pathlib import Path
from backend.store.database import open_database
from backend.store.error import StoreError
open_database(Path({str(open_place / "other" / "db")!r})).close()  # all is imported while it can be read
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
try:
    open_database(Path({str(open_place / "db")!r}))
except StoreError as error:
    print(error, error.is_passing)
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == f"{open_place}/db: {reason} False\n"


def test_a_database_in_which_another_process_writes_is_locked_for_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.store.sqlite.PRAGMAS", ("busy_timeout=50", "foreign_keys=ON"))
    database = open_database(tmp_path / "db")
    jobs = Jobs(database)
    jobs.keep([job(1)])
    other = sqlite3.connect(tmp_path / "db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"db: it is locked: another process writes to it") as caught:
        jobs.keep([job(2)])
    assert caught.value.is_passing
    assert jobs.last_number() == 1, "reading goes on"
    other.execute("ROLLBACK")
    other.close()
    jobs.keep([job(2)])
    assert jobs.last_number() == 2


def test_a_file_that_is_no_database_stays_as_it_is(tmp_path: Path) -> None:
    text = b"these are not the tables you are looking for\n" * 100
    (tmp_path / "db").write_bytes(text)
    error = complaint(tmp_path / "db")
    assert str(error) == f"{tmp_path}/db: this file is not a database (file is not a database)"
    assert not error.is_passing
    assert (tmp_path / "db").read_bytes() == text


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    database = open_database(tmp_path / "db")
    Jobs(database).keep([job(number, document=b"x" * 500) for number in range(1, 200)])
    database.close()
    content = bytearray((tmp_path / "db").read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    (tmp_path / "db").write_bytes(content)
    with pytest.raises(StoreError, match="this database is damaged"):
        Jobs(open_database(tmp_path / "db")).find()


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    assert str(complaint(tmp_path)) == f"{tmp_path}: Is a directory"


def test_a_server_says_which_password_is_wrong_and_nobody_says_the_password(own_server: Server) -> None:
    own_server.execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
    own_server.write_access("local all guest scram-sha-256\nlocal all all trust\n")
    address = own_server.new_database().replace("tsim@", "guest:wrong-secret@")
    wait_for(lambda: "password" in str(complaint(address)), "the server's new rules")
    error = complaint(address)
    assert str(error).startswith("postgresql://guest@/tmp/tsim-pg-")
    assert 'password authentication failed for user "guest"' in str(error)
    assert "wrong-secret" not in str(error)
    assert not error.is_passing


def test_a_database_that_the_server_does_not_have_is_named(own_server: Server) -> None:
    error = complaint(own_server.url("missing"))
    assert 'database "missing" does not exist' in str(error)
    assert not error.is_passing


def test_where_no_server_listens_trying_again_may_help(tmp_path: Path) -> None:
    for address, reason in (
        (f"postgresql://tsim@/db?host={tmp_path}", "No such file or directory"),
        ("postgresql://tsim@127.0.0.1:1/db", "Connection refused"),
    ):
        error = complaint(address)
        assert reason in str(error)
        assert error.is_passing


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGINT])
def test_a_server_that_goes_away_is_told_and_one_that_comes_back_is_used(
    own_server: Server, how: signal.Signals
) -> None:
    jobs = Jobs(open_database(own_server.new_database()))
    jobs.keep([job(1)])
    own_server.stop(how)
    for attempt in (lambda: jobs.keep([job(2)]), jobs.active):
        with pytest.raises(StoreError, match=r"^postgresql://tsim@/tmp/tsim-pg-") as caught:
            attempt()
        assert caught.value.is_passing
    own_server.start()
    jobs.keep([job(3)])
    assert [record.number for record in jobs.active()] == [1, 3]


def test_a_server_that_was_restarted_meanwhile_is_nobodys_error(own_server: Server) -> None:
    jobs = Jobs(open_database(own_server.new_database()))
    jobs.keep([job(1)])
    own_server.stop(signal.SIGINT)
    own_server.start()
    jobs.keep([job(2)])
    assert [record.number for record in jobs.active()] == [1, 2]


def test_a_server_that_ends_in_the_middle_leaves_nothing_half_written(own_server: Server) -> None:
    database = open_database(own_server.new_database())
    jobs = Jobs(database)

    def write() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO marks VALUES ('half', 1)")
            own_server.stop()
            connection.exec_driver_sql("INSERT INTO marks VALUES ('whole', 2)")

    with pytest.raises(StoreError) as caught:
        write()
    assert caught.value.is_passing
    own_server.start()
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM marks").scalar() == 0
    jobs.keep([job(1)])


def test_what_another_writer_holds_too_long_is_told(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    address = own_server.new_database()
    first = open_database(address)
    second = open_database(address + "&options=-c%20lock_timeout%3D50ms")
    with first.writing():
        with pytest.raises(StoreError, match="lock timeout") as caught:
            Jobs(second).keep([job(1)])
        assert caught.value.is_passing
    Jobs(second).keep([job(1)])


def test_what_is_no_failure_of_the_database_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), told("db"):
        _ = 1 / 0
    assert str(store_error("db", ArgumentError("strange"))) == "db: strange"
