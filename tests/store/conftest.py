"""Every test of the store runs on SQLite and on PostgreSQL. The server is Debian's, started once for all tests of a
worker, on a Unix socket in a directory of its own; each test has a database of its own in it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.store.database import Database, engine_of, open_database
from tests.store.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'db'}"
    server: Server = request.getfixturevalue("server")
    return server.new_database()


@pytest.fixture
def opened(place: str) -> Iterator[Callable[[], Database]]:
    """Opens the test's database, each time as another program would."""
    databases: list[Database] = []

    def open_() -> Database:
        databases.append(open_database(place))
        return databases[-1]

    yield open_
    for database in databases:
        database.close()


@pytest.fixture
def database(opened: Callable[[], Database]) -> Database:
    return opened()


@pytest.fixture
def empty(place: str) -> Iterator[Database]:
    """Without any table."""
    database = Database(*engine_of(place))
    yield database
    database.close()
