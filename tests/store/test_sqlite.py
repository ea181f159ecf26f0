import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.retention import Limits, tidy
from tests.store.sample import NOON, job
from tests.store.sample import event as happened

FILES = ["db", "db-shm", "db-wal"]


def test_its_files_are_private_and_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = open_database(tmp_path / "state" / "db")
    with database.reading() as connection:
        for pragma, expected in (("journal_mode", "wal"), ("foreign_keys", 1), ("auto_vacuum", 2)):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == expected
    assert {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "state").iterdir()} == dict.fromkeys(
        FILES, 0o600
    )


def test_one_that_is_closed_is_one_file(tmp_path: Path) -> None:
    database = open_database(tmp_path / "db")
    Jobs(database).keep([job(1)])
    database.close()
    assert os.listdir(tmp_path) == ["db"]


def test_names_of_files_are_taken_as_they_are(tmp_path: Path) -> None:
    for name in ("a b", "a?mode=ro", "a%41", "a#b", "ü"):
        open_database(tmp_path / name / "db").close()
        assert (tmp_path / name / "db").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    with pytest.raises(StoreError, match=r"state/db: (File exists|Not a directory)"):
        open_database(tmp_path / "state" / "db")


@pytest.mark.parametrize("is_old", [False, True])
def test_what_was_removed_leaves_the_disk_also_from_a_file_of_the_first_versions(tmp_path: Path, is_old: bool) -> None:
    if is_old:
        before = sqlite3.connect(tmp_path / "db")
        before.execute("CREATE TABLE somebodys (x)")
        before.close()
    jobs = Jobs(database := open_database(tmp_path / "db"))
    jobs.keep([job(number, ended=NOON, document=os.urandom(100_000)) for number in range(1, 101)])
    tidy(database, Limits(bytes=1_000_000), NOON)
    assert (tmp_path / "db").stat().st_size < 2_000_000
    assert len(jobs.find()) == 10
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_what_somebody_was_promised_is_on_the_disk_and_only_progress_may_be_later(tmp_path: Path) -> None:
    jobs = Jobs(open_database(tmp_path / "db"))
    levels: list[str] = []

    @event.listens_for(Engine, "commit")
    def note(connection: Connection) -> None:
        levels.append({1: "kill -9", 2: "power cut"}[connection.exec_driver_sql("PRAGMA synchronous").scalar_one()])

    try:
        jobs.keep([job(1, status="queued")], [happened(1, 1)])
        jobs.keep([job(1)], [happened(1, 2), happened(1, 3)])
        jobs.keep([job(1)], [happened(1, 4)])
        jobs.keep([job(1)], [happened(1, 5)], ("job1", b"{}"))
        jobs.keep([job(1)], [happened(1, 6)])
        jobs.keep([job(1, ended=NOON)], [happened(1, 7)])
        jobs.keep_report("job1", b"%PDF")
    finally:
        event.remove(Engine, "commit", note)
    assert levels == ["power cut", "kill -9", "kill -9", "power cut", "kill -9", "power cut", "power cut"]
