"""What a database says when it fails, in words of people, and whether trying again may help."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from backend.store.error import StoreError

# https://sqlite.org/rescode.html, the primary codes
SQLITE = {
    sqlite3.SQLITE_FULL: ("its disk is full", True),
    sqlite3.SQLITE_BUSY: ("it is locked: another process writes to it and does not finish", True),
    sqlite3.SQLITE_LOCKED: ("it is locked", True),
    sqlite3.SQLITE_PROTOCOL: ("it is locked", True),
    sqlite3.SQLITE_IOERR: ("its disk cannot be read or written", True),
    sqlite3.SQLITE_READONLY: ("it can be read only, or its directory can", False),
    sqlite3.SQLITE_NOTADB: ("this file is not a database", False),
    sqlite3.SQLITE_CORRUPT: ("this database is damaged", False),
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html: whole classes, then single codes
PASSING = ("08", "53", "57P", "58", "40001", "40P01", "55P03")
REFUSALS = ("password", "pg_hba", "does not exist", "not permitted", "authentication")
"""Of a connection that fails libpq tells no code, so its words decide; all else may be a server that is away."""


@contextmanager
def told(place: str) -> Iterator[None]:
    """Each error of the database becomes a StoreError that names the place."""
    try:
        yield
    except SQLAlchemyError as error:
        raise store_error(place, error) from error
    except sqlite3.Error as error:  # of a connection that is used without SQLAlchemy
        raise StoreError(f"{place}: {_of_sqlite(error)[0]}", _of_sqlite(error)[1]) from error
    except (UnicodeEncodeError, OverflowError) as error:  # what the driver cannot hand over
        raise StoreError(f"{place}: a value cannot be kept: {error}") from error


def store_error(place: str, error: SQLAlchemyError) -> StoreError:
    reason, is_passing = _reason(error)
    return StoreError(f"{place}: {reason}", is_passing)


def _reason(error: SQLAlchemyError) -> tuple[str, bool]:
    if isinstance(error, PoolTimeoutError):
        return "all connections are in use", True
    if not isinstance(error, DBAPIError) or error.orig is None:
        return _line(error), False
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(error.orig)
    return _of_postgresql(error.orig, error.connection_invalidated)


def _of_sqlite(error: sqlite3.Error) -> tuple[str, bool]:
    code = getattr(error, "sqlite_errorcode", None) or 0
    said, is_passing = SQLITE.get(code & 0xFF, ("", False))
    return f"{said} ({_line(error)})" if said else _line(error), is_passing


def _of_postgresql(error: BaseException, is_lost: bool) -> tuple[str, bool]:
    code = getattr(error, "sqlstate", None)
    if code:
        return _line(error), is_lost or code.startswith(PASSING)
    has_no_connection = type(error).__name__ == "OperationalError"
    is_refused = any(word in str(error) for word in REFUSALS)
    return _line(error), is_lost or (has_no_connection and not is_refused)


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
