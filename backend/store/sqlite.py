"""The SQLite file of the state directory, private to its owner."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event

from backend.store.error import StoreError

BUSY_MS = 5000
INCREMENTAL = 2
"""The space of rows that are gone can be given back to the disk (https://sqlite.org/pragma.html#pragma_auto_vacuum)."""
PAGES = 2000
"""Of 4 KiB, that are moved in one transaction."""
# WAL: readers never wait for the writer.
PRAGMAS: tuple[str, ...] = (
    f"busy_timeout={BUSY_MS}",
    "journal_mode=WAL",
    "foreign_keys=ON",
    f"journal_size_limit={64 << 20}",
)


def engine(file: Path) -> Engine:
    _make(file)
    made = sqlalchemy.create_engine(
        URL.create("sqlite", database=os.fspath(file)), pool_size=8, max_overflow=24, pool_timeout=10
    )
    event.listen(made, "connect", _set_up)
    event.listen(made, "begin", _begin)
    return made


def shrunk(connection: Any) -> bool:
    """Gives a part of the space that is free back to the disk; whether there is no more."""
    if _number(connection, "auto_vacuum") != INCREMENTAL:  # a file of the first versions
        connection.executescript(f"PRAGMA auto_vacuum={INCREMENTAL}; VACUUM")
    before = _number(connection, "freelist_count")
    connection.executescript(f"PRAGMA incremental_vacuum({PAGES})")  # execute() would stop after the first page
    is_all = _number(connection, "freelist_count") in (0, before)
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    return is_all


def _number(connection: Any, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


def _make(file: Path) -> None:
    """Before SQLite does, which makes it readable by all."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise StoreError(f"{file}: its directory cannot be written, and the journal has to stand there")


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # else Python begins transactions by itself, and not for all statements
    if _number(connection, "page_count") == 0:  # later it would wait for whoever writes
        connection.execute(f"PRAGMA auto_vacuum={INCREMENTAL}")
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Who is going to write says so at once: one who has read first is refused when somebody else wrote meanwhile.

    FULL waits for the disk at each commit, NORMAL at checkpoints only, which a power cut may then undo to
    (https://sqlite.org/pragma.html#pragma_synchronous); tests/bench/bench_store.py has both.
    """
    options = connection.get_execution_options()
    if options.get("is_writing"):
        level = "FULL" if options.get("is_lasting", True) else "NORMAL"
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")
