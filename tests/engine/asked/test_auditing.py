import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.engine.asked import auditing
from backend.engine.asked.auditing import Auditing
from backend.store.audit import Audit
from backend.store.database import Database, open_database
from tests.engine.running.stage import on_loop

FULL = "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    with closing(open_database(file)) as one:
        yield one


def changed(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)


def whats(database: Database) -> list[str]:
    return [entry.what for entry in reversed(Audit(database).find())]


def note(one: Auditing, *whats: str) -> None:
    for what in whats:
        one.note("ann", what, "", "192.0.2.1", "done")


async def until(condition: object, one: Auditing) -> None:
    while bool(one.trouble) != condition:
        await asyncio.sleep(0.01)


@on_loop
async def test_all_is_written_in_order(database: Database) -> None:
    one = Auditing(Audit(database))
    running = asyncio.create_task(one.run())
    note(one, "a", "b")
    await one.emptied()
    note(one, "c")
    await one.emptied()
    await one.emptied()
    running.cancel()
    assert whats(database) == ["a", "b", "c"]


@on_loop
async def test_a_store_in_trouble_stands_in_nobodys_way_and_gets_everything_afterwards(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "AGAIN_S", 0.02)
    one = Auditing(Audit(database))
    running = asyncio.create_task(one.run())
    changed(file, FULL)
    note(one, "a", "b")
    await until(True, one)
    assert "the disk is full" in one.trouble
    note(one, "c")
    changed(file, "DROP TRIGGER full")
    await one.emptied()
    running.cancel()
    assert whats(database) == ["a", "b", "c"]
    assert one.trouble == ""


@on_loop
async def test_what_waits_has_a_bound_and_what_is_lost_is_said(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(auditing, "AGAIN_S", 0.02)
    monkeypatch.setattr(auditing, "MOST", 3)
    one = Auditing(Audit(database))
    running = asyncio.create_task(one.run())
    changed(file, FULL)
    note(one, "a", "b")
    await until(True, one)
    note(one, "c", "d", "e")
    await asyncio.sleep(0.1)
    changed(file, "DROP TRIGGER full")
    await one.emptied()
    running.cancel()
    assert whats(database)[-1] == "e"
    kept = len(whats(database))
    assert kept <= 3 < kept + 3
    assert f"{5 - kept} entries of the audit were lost" in caplog.text


@on_loop
async def test_an_end_does_not_wait_for_a_store_in_trouble(
    database: Database, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    one = Auditing(Audit(database))
    running = asyncio.create_task(one.run())
    changed(file, FULL)
    note(one, "a")
    await until(True, one)
    await one.emptied(0.05)
    running.cancel()
    assert "1 entries of the audit are lost" in caplog.text
