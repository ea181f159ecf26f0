import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from backend.store.database import Database, open_database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.marks import read_mark, write_mark
from backend.store.schema import marks
from tests.store.sample import job


def count(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(marks)) or 0


def test_of_a_transaction_that_fails_nothing_stays(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            write_mark(connection, "a", 1)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database) == 0
    with database.writing() as connection:
        write_mark(connection, "a", 1)
    assert count(database) == 1


def test_what_has_been_read_stays_so_until_it_is_written(opened: Callable[[], Database]) -> None:
    """Two programs and many threads count up; no step is lost."""
    databases = [opened(), opened()]

    def count_up(at: int) -> None:
        with databases[at % 2].writing() as connection:
            write_mark(connection, "count", (read_mark(connection, "count") or 0) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count_up, range(200)))
    with databases[0].reading() as connection:
        assert read_mark(connection, "count") == 200


def test_readers_see_what_is_committed_while_somebody_writes(database: Database) -> None:
    with database.writing() as connection:
        write_mark(connection, "a", 1)
        assert count(database) == 0
    assert count(database) == 1


def test_who_waits_too_long_for_other_threads_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.store.database.TURN_S", 0.01)
    with (
        database.writing(),
        pytest.raises(StoreError, match=r"it is busy: others have been writing for 0\.01 s") as caught,
        database.writing(),
    ):
        pass
    assert caught.value.is_passing


def test_a_row_is_replaced_and_what_is_forgotten_of_it_is_unknown(database: Database) -> None:
    for is_forgotten in (False, True):
        replacing = database.replacing(marks, forgotten=("value",) if is_forgotten else ())
        if not is_forgotten:
            with database.writing() as connection:
                for value in (1, 2):
                    connection.execute(replacing, {"name": "a", "value": value})
                assert read_mark(connection, "a") == 2
        else:
            with pytest.raises(StoreError, match=r"(?i)null"), database.writing() as connection:
                connection.execute(replacing, {"name": "a", "value": 3})


def test_space_is_given_back_on_both_without_an_error(database: Database) -> None:
    jobs = Jobs(database)
    jobs.keep([job(number, document=b"x" * 100_000) for number in range(1, 20)])
    database.shrink()
    database.shrink()
    assert len(jobs.active()) == 19


def test_programs_that_open_a_new_database_at_once_all_may_use_it(place: str) -> None:
    program = f"""
from backend.store.database import open_database
from backend.store.marks import write_mark
import os
with open_database({place!r}).writing() as connection:
    write_mark(connection, str(os.getpid()), 1)
"""
    started = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(4)]
    said = [process.communicate(timeout=60)[1].decode() for process in started]
    assert said == [""] * 4
    assert count(open_database(place)) == 4


def test_files_and_addresses_are_the_same_place(tmp_path: Path) -> None:
    for address in (tmp_path / "db", str(tmp_path / "db"), f"sqlite:///{tmp_path}/db"):
        database = open_database(address)
        assert database.place == str(tmp_path / "db")
        with database.writing() as connection:
            write_mark(connection, repr(address), 1)
        database.close()
    assert count(open_database(tmp_path / "db")) == 3


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mysql://root@db/tsim", "mysql: no such store; there are sqlite"),
        ("sqlite://", "sqlite: no such store"),
        ("postgresql://user:secret@host:port/db", "is not one"),
        ("://", "is not one"),
    ],
)
def test_addresses_of_nothing_are_refused_without_showing_a_password(address: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason) as caught:
        open_database(address)
    assert "cret" not in str(caught.value)
