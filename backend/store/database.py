"""Opening the SQLite file of the state directory, private to its owner."""

import os
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from backend.store.error import StoreError
from backend.store.schema import metadata


def open_database(file: Path) -> Engine:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))  # before SQLite makes it readable by all
        database = sqlalchemy.create_engine(f"sqlite:///{file}")
        event.listen(database, "connect", _set_up)
        metadata.create_all(database)
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"{file}: {getattr(error, 'orig', None) or error}") from error
    return database


def _set_up(connection: Any, _record: object) -> None:
    # WAL: readers never wait for the writer. NORMAL is safe with it (https://sqlite.org/pragma.html#pragma_synchronous).
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
