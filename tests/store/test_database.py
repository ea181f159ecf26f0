from pathlib import Path

import pytest
from sqlalchemy import text

from backend.store.database import open_database
from backend.store.error import StoreError


def test_the_file_is_private_and_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    file = tmp_path / "state" / "db"
    database = open_database(file)
    assert file.stat().st_mode & 0o777 == 0o600
    with database.reading() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "db"
    file.write_text("these are not the tables you are looking for\n" * 100)
    with pytest.raises(StoreError, match=r"db: .*not a database"):
        open_database(file)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    with pytest.raises(StoreError, match="state"):
        open_database(tmp_path / "state" / "db")
