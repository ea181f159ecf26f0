import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from backend.engine.upkeep import Tidying, signature, watch
from backend.store.retention import Gone, Stats
from tests.small import write_small_network

LOOK_S = 0.02


def test_another_signature_when_a_file_comes_goes_or_changes(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "small")
    seen = [signature(facts)]
    file = sorted(facts.glob("*_facts.txt"))[0]
    file.write_text(file.read_text() + "\n")
    seen.append(signature(facts))
    (facts / "hosts.toml").write_text("")
    seen.append(signature(facts))
    file.unlink()
    seen.append(signature(facts))
    assert len(set(seen)) == 4


def test_what_is_no_facts_file_changes_nothing(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "small")
    before = signature(facts)
    (facts / ".gw-a_facts.txt.part").write_text("half of it")
    (facts / "notes").write_text("mine")
    assert signature(facts) == before


def watching(facts: Path, happens: Callable[[], Awaitable[None]]) -> int:
    """How often a change was told while that happened."""
    told = 0

    async def changed() -> None:
        nonlocal told
        told += 1

    async def run() -> None:
        task = asyncio.create_task(watch(facts, LOOK_S, changed))
        await asyncio.sleep(2 * LOOK_S)
        await happens()
        await asyncio.sleep(20 * LOOK_S)
        task.cancel()

    asyncio.run(run())
    return told


def test_facts_that_are_collected_file_by_file_are_told_once_at_the_end(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "small")

    async def collect() -> None:
        for number in range(5):
            for file in facts.glob("*_facts.txt"):
                file.write_text(file.read_text() + f"# {number}\n")
            await asyncio.sleep(LOOK_S / 2)

    assert watching(facts, collect) == 1


def test_a_directory_that_stays_as_it_is_is_never_told(tmp_path: Path) -> None:
    facts = write_small_network(tmp_path / "small")

    async def nothing() -> None:
        pass

    assert watching(facts, nothing) == 0


def test_two_who_ask_for_room_do_not_remove_at_the_same_time() -> None:
    under_way = most = 0

    def tidy(_: object) -> Stats:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        pause.wait(0.02)
        under_way -= 1
        return Stats(jobs_removed=1)

    async def both() -> tuple[Stats, Stats]:
        tidying = Tidying(tidy, Stats)
        return await asyncio.gather(tidying.tidied(), tidying.tidied())

    pause = threading.Event()
    assert list(asyncio.run(both())) == [Stats(jobs_removed=1), Stats(jobs_removed=1)]
    assert most == 1


def test_what_was_removed_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    asyncio.run(Tidying(lambda _: Stats(jobs_removed=3, bytes_freed=10), Stats).tidied())
    assert "jobs_removed=3" in caplog.text


def test_each_job_that_was_removed_is_told() -> None:
    told: list[tuple[str, str]] = []

    def tidy(gone: Gone) -> Stats:
        gone([("one", "ann"), ("two", "bob")])
        return Stats(jobs_removed=2)

    tidying = Tidying(tidy, Stats)
    tidying.listeners.append(lambda job, user: told.append((job, user)))
    asyncio.run(tidying.tidied())
    assert told == [("one", "ann"), ("two", "bob")]
