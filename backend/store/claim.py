"""One engine for a database: two would give the same numbers and run the same jobs."""

import fcntl
from pathlib import Path

from sqlalchemy import text

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.failure import told

ENGINE = 0x7473696E
"""The advisory lock of the engine that has a PostgreSQL database; that of the session, so it ends with the process."""


def claim(database: Database) -> None:
    """It is this process's as long as it is open; StoreError where it is another one's."""
    has_it = _is_locked(database, Path(f"{database.place}.engine")) if database.is_sqlite else _is_first(database)
    if not has_it:
        raise StoreError(f"{database.place}: another engine uses this database already")


def _is_locked(database: Database, file: Path) -> bool:
    """Not the database's own file: who closes that once loses all locks on it (https://sqlite.org/howtocorrupt.html)."""
    try:
        opened = database.held.enter_context(file.open("a"))
        file.chmod(0o600)
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    return True


def _is_first(database: Database) -> bool:
    with told(database.place):
        asked = database.apart().execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ENGINE})
        return bool(asked.scalar())
