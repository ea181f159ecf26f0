import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backend.store.check import check
from backend.store.database import open_database
from backend.store.error import StoreError


def test_a_store_that_can_be_written_is_well_however_often_one_looks(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "store")) as database:
        check(database, 1)
        check(database, 2)


def test_a_store_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    file = tmp_path / "store"
    with closing(open_database(file)) as database, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("CREATE TRIGGER full BEFORE INSERT ON marks BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
        with pytest.raises(StoreError, match=str(file)):
            check(database, 1)
        other.execute("DROP TRIGGER full")
        check(database, 2)
