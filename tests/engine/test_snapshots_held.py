"""The snapshots in memory: with a real store, and the processes that really hold facts."""

import asyncio
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from backend.engine.snapshots import UPLOAD, Facts, SnapshotError, Snapshots, UnknownNetworkError
from backend.facts.snapshot import read_files
from backend.store.database import open_database
from backend.store.error import StoreError
from backend.store.networks import Networks
from tests.engine.workers.running import children, gone, on_loop, until
from tests.small import write_small_network

FULL = "CREATE TRIGGER full BEFORE INSERT ON networks BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
pytestmark = pytest.mark.serial


class Shelf:
    """A directory of facts, and a store, that are still there after a restart."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.facts = write_small_network(place / "small")
        self.change()

    def change(self) -> None:
        """Other facts, with the same meaning."""
        file = self.facts / "gw-a_facts.txt"
        file.write_text(file.read_text() + "#\n")

    @property
    def upload(self) -> Facts:
        """Of a network with a single router."""
        files = read_files(self.facts)
        return Facts("sent", {"gw-b_facts.txt": files["gw-b_facts.txt"]}, UPLOAD, "ann")

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Nothing about networks can be written meanwhile."""
        with closing(sqlite3.connect(self.place / "db", isolation_level=None)) as connection:
            connection.execute(FULL)
            yield
            connection.execute("DROP TRIGGER full")

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Snapshots]:
        database = open_database(self.place / "db")
        snapshots = Snapshots(Networks(database), self.facts, self.place / "drafts")
        try:
            yield snapshots
        finally:
            await snapshots.shutdown()
            database.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def templates() -> list[int]:
    return children(os.getpid())


@on_loop
async def test_many_who_want_it_at_once_wait_for_one_process(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        label = await snapshots.add(shelf.upload)
        await until(lambda: len(templates()) == 1, "the end of what nobody needs")
        found = await asyncio.gather(*(hold(snapshots, label) for _ in range(20)))
        assert len(set(found)) == 1
        await until(lambda: snapshots.labels == [snapshots.active], "the end of it")


async def hold(snapshots: Snapshots, label: str) -> int:
    async with snapshots.held(label) as loaded:
        assert len(templates()) == 2
        await asyncio.sleep(0.01)
        return loaded.template.pid


@on_loop
async def test_one_that_is_in_use_stays_until_the_last_lets_it_go(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        before = snapshots.active
        async with snapshots.held(before) as loaded:
            async with snapshots.held(before):
                shelf.change()
                await snapshots.reload()
                assert snapshots.active != before
            assert loaded.is_alive
            assert sorted(snapshots.labels) == sorted([before, snapshots.active])
        await gone(loaded.template.pid)
        assert snapshots.labels == [snapshots.active]


@on_loop
async def test_what_is_sent_is_kept_and_becomes_active_only_when_it_is_chosen(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        before = snapshots.active
        label = await snapshots.add(shelf.upload)
        assert snapshots.active == before
        await snapshots.activate(label)
        assert (snapshots.active, (await snapshots.loaded()).summary.routers) == (label, 1)
        await until(lambda: snapshots.labels == [label], "the end of those before")
        with pytest.raises(UnknownNetworkError, match="there is no network 'other@1'"):
            await snapshots.activate("other@1")
        assert snapshots.active == label
        assert len(snapshots._failed) == 0, "names that anybody may make up are not remembered"


@on_loop
async def test_what_cannot_be_read_is_told_to_all_who_wait_and_not_tried_again_at_once(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Facts("broken", {"x_facts.txt": b"not a word"}, UPLOAD)
    label = f"broken@{broken.digest[:8]}"
    async with shelf.opened() as snapshots:
        waiting = await asyncio.gather(*(enter(snapshots, label, broken) for _ in range(3)), return_exceptions=True)
        assert {str(each) for each in waiting} == {str(waiting[0])}
        assert f"the facts {label} cannot be read" in str(waiting[0])
        again = asyncio.create_task(enter(snapshots, label, broken))
        await asyncio.wait([again])
        assert (templates(), str(again.exception())) == ([], str(waiting[0]))
        monkeypatch.setattr("backend.engine.snapshots.PAUSE_S", 0.0)
        again = asyncio.create_task(enter(snapshots, label, broken))
        await until(templates, "the next try")
        with pytest.raises(SnapshotError):
            await again


async def enter(snapshots: Snapshots, label: str, facts: Facts) -> None:
    async with snapshots.held(label, facts):
        pass


@on_loop
async def test_when_its_process_has_died_it_is_read_again_from_what_is_kept(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        shutil.rmtree(shelf.facts)
        before = (await snapshots.loaded()).template
        os.kill(before.pid, signal.SIGKILL)
        await before.ended()
        after = await snapshots.loaded()
        assert (after.is_alive, after.template.pid != before.pid, after.summary.routers) == (True, True, 2)


@on_loop
async def test_facts_that_cannot_be_kept_do_not_become_active_and_leave_no_process(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        before = snapshots.active
        shelf.change()
        with shelf.full_disk(), pytest.raises(StoreError, match="the disk is full"):
            await snapshots.reload()
        assert (snapshots.active, snapshots.labels) == (before, [before])
        assert "the disk is full" in str(snapshots.trouble)
        await snapshots.reload()
        assert (snapshots.active != before, snapshots.trouble) == (True, None)


@on_loop
async def test_after_a_restart_what_was_chosen_stays_while_the_directory_is_unchanged(shelf: Shelf) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        await snapshots.activate(chosen := await snapshots.add(shelf.upload))
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        assert (snapshots.active, snapshots.trouble) == (chosen, None)
    shelf.change()
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        assert snapshots.active.startswith("small@"), "what was collected since wins"


@pytest.mark.parametrize("is_gone", [True, False])
@on_loop
async def test_after_a_restart_without_facts_that_can_be_read_what_was_active_stays(
    shelf: Shelf, is_gone: bool
) -> None:
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        before = snapshots.active
    shutil.rmtree(shelf.facts)
    if not is_gone:
        shelf.facts.mkdir()
        (shelf.facts / "gw-a_facts.txt").write_text("not a word")
    async with shelf.opened() as snapshots:
        await snapshots.startup()
        assert snapshots.active == before
        assert str(shelf.facts if is_gone else "gw-a_facts.txt") in str(snapshots.trouble)
        assert (await snapshots.loaded()).summary.routers == 2


@on_loop
async def test_without_any_facts_it_does_not_start(shelf: Shelf) -> None:
    shutil.rmtree(shelf.facts)
    async with shelf.opened() as snapshots:
        with pytest.raises(SnapshotError, match="there is no directory"):
            await snapshots.startup()
