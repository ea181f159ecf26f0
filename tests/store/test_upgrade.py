import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from backend.store.database import Database, open_database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.schema import VERSION, metadata
from backend.store.sessions import Sessions
from backend.store.upgrade import STEPS, version
from backend.store.users import User
from tests.store.sample import NOON, job

# What the first versions made, with a session of `ann` whose id is "0".
FIRST = """
CREATE TABLE users (
    name VARCHAR(64) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    role VARCHAR(16) NOT NULL CHECK (role IN ('user', 'admin')),
    created DATETIME DEFAULT CURRENT_TIMESTAMP NOT NULL,
    PRIMARY KEY (name)
);
CREATE TABLE sessions (
    hash VARCHAR(64) NOT NULL,
    user VARCHAR(64) NOT NULL,
    expires_s BIGINT NOT NULL,
    PRIMARY KEY (hash),
    FOREIGN KEY(user) REFERENCES users (name) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_user ON sessions (user);
INSERT INTO users (name, password_hash, role) VALUES ('ann', 'hash', 'admin');
INSERT INTO sessions VALUES ('5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9', 'ann', 1800000000);
"""


def first_version(file: Path) -> None:
    before = sqlite3.connect(file)
    before.execute("PRAGMA journal_mode=WAL")
    before.executescript(FIRST)
    before.close()


def test_the_steps_make_what_the_tables_say(database: Database) -> None:
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert {index["name"] for index in inspect(connection).get_indexes("jobs")} >= {"active_jobs", "ended_jobs"}


def test_the_newest_step_is_the_version_that_is_expected() -> None:
    assert ScriptDirectory(str(STEPS)).get_heads() == [VERSION]


def test_a_database_of_the_first_versions_is_adopted_and_nothing_is_lost(tmp_path: Path) -> None:
    first_version(tmp_path / "db")
    database = open_database(tmp_path / "db")
    assert Sessions(database, lambda: 1_700_000_000).user("0") == User("ann", "admin")
    Jobs(database).keep([job(1)])
    with database.reading() as connection:
        assert version(connection) == VERSION
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_newer_database_is_left_as_it_is(opened: Callable[[], Database]) -> None:
    database = opened()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("CREATE TABLE from_the_future (x INTEGER)"))
    with pytest.raises(StoreError, match=f"a newer version of tsim wrote it .schema 9999; .* knows up to {VERSION}"):
        opened()
    with database.reading() as connection:
        assert version(connection) == "9999"
        assert inspect(connection).has_table("from_the_future")


def test_somebody_elses_database_is_left_as_it_is(place: str) -> None:
    engine = create_engine(place.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER, email TEXT)"))
    with pytest.raises(StoreError, match="its table users is not one of tsim's"):
        open_database(place)
    with engine.begin() as connection:
        assert inspect(connection).get_table_names() == ["users"]
    engine.dispose()


def test_an_upgrade_that_is_killed_anywhere_is_made_whole_by_the_next(place: str, tmp_path: Path) -> None:
    if place.startswith("sqlite"):
        first_version(tmp_path / "db")
    program = f"""
import os, signal
from sqlalchemy import Engine, event
from backend.store.database import open_database
left = [AT]
@event.listens_for(Engine, "before_cursor_execute")
def count(*_):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
open_database({place!r})
"""
    statuses = []
    for at in (4, 9, 16, 24, 30):
        done = subprocess.run([sys.executable, "-c", program.replace("AT", str(at))], stderr=subprocess.DEVNULL)
        statuses.append(done.returncode)
    assert statuses[:3] == [-signal.SIGKILL] * 3
    database = open_database(place)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    if place.startswith("sqlite"):
        assert Sessions(database, lambda: 1_700_000_000).user("0") == User("ann", "admin")
    Jobs(database).keep([job(1, ended=NOON)])
