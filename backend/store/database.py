"""A database and its transactions, on SQLite or PostgreSQL: threads may use it at once.

Transactions that write go one after the other on both, so what one of them has looked at stays so until it commits.
"""

import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine, Insert, Table, null
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from backend.store.error import StoreError
from backend.store.failure import told

TURN_S = 20.0


class Database:
    """`reading` and `writing` give a connection within a transaction; an error of it leaves nothing of it behind."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.place = place
        """What errors call it: its file or server, without a password."""
        self._engine = engine
        self._writer = engine.execution_options(is_writing=True)
        self._hasty_writer = engine.execution_options(is_writing=True, is_lasting=False)
        self._turn = Lock()
        self.held = ExitStack()
        """What goes on as long as it is open."""

    @property
    def is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with told(self.place), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, is_lasting: bool = True) -> Iterator[Connection]:
        """Committed at the end, and then not lost by kill -9; what is lasting not by a power cut either, for which the
        disk may need some milliseconds. Another one within it, in the same thread, would wait for itself.
        """
        writer = self._writer if is_lasting else self._hasty_writer
        with self._alone(), told(self.place), writer.begin() as connection:
            yield connection

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Threads that waited in SQLite would ask again and again, some for long; and a process whose connections write
        and checkpoint one at a time never meets https://sqlite.org/wal.html#walresetbug (before 3.51.3).
        """
        if not self._turn.acquire(timeout=TURN_S):
            raise StoreError(f"{self.place}: it is busy: others have been writing for {TURN_S:g} s", is_passing=True)
        try:
            yield
        finally:
            self._turn.release()

    def replacing(self, table: Table, forgotten: Collection[str] = ()) -> Insert:
        """Inserts a row, or replaces the one with its key; its `forgotten` columns become unknown."""
        if self.is_sqlite:
            from sqlalchemy.dialects.sqlite import insert
        else:
            from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
        new = insert(table)
        values = {
            column.name: null() if column.name in forgotten else new.excluded[column.name]
            for column in table.c
            if not column.primary_key
        }
        return new.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)

    def shrink(self) -> None:
        """Give the space of what was removed back to the disk; PostgreSQL does so by itself (autovacuum)."""
        from backend.store.sqlite import shrunk

        is_done = not self.is_sqlite
        while not is_done:
            with self._alone(), told(self.place), closing(self._engine.raw_connection()) as connection:
                is_done = shrunk(connection)

    def apart(self) -> Connection:
        """One that stays, and has no transaction."""
        return self.held.enter_context(self._engine.connect().execution_options(isolation_level="AUTOCOMMIT"))

    def close(self) -> None:
        self.held.close()
        self._engine.dispose()


def open_database(place: Path | str) -> Database:
    """The database of a file or a URL, made where there is none, its tables brought up to date."""
    from backend.store.upgrade import upgrade

    database = Database(*engine_of(place))
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def engine_of(place: Path | str) -> tuple[Engine, str]:
    """And what errors call it."""
    from backend.store import postgresql, sqlite

    if isinstance(place, Path) or "://" not in place:
        return sqlite.engine(Path(place)), os.fspath(place)
    try:
        url = make_url(place)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the address of the database is not one: expected FILE or postgresql://USER@HOST/NAME"
        ) from None
    kind = url.get_backend_name()
    if kind == "sqlite" and url.database:
        return sqlite.engine(Path(url.database)), url.database
    if kind == "postgresql":
        return postgresql.engine(url), postgresql.shown(url)
    raise StoreError(f"{kind}: no such store; there are sqlite:///FILE and postgresql://USER@HOST/NAME")
