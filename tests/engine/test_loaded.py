import asyncio
import os
from pathlib import Path

import msgspec
import pytest

from backend.engine.loaded import load
from backend.engine.workers.error import WorkerError
from backend.facts.error import FactsError
from backend.facts.snapshot import digest_of, read_files
from tests.engine.workers.running import children, on_loop
from tests.small import write_small_network

pytestmark = pytest.mark.serial
QUESTION = {"call": "trace", "question": {"source": "10.0.1.50", "destination": "10.0.2.50"}}


@on_loop
async def test_facts_are_read_from_a_copy_which_is_gone_then(tmp_path: Path) -> None:
    files = read_files(write_small_network(tmp_path / "small"))
    drafts = tmp_path / "state" / "drafts"
    loaded = await load("small", files, drafts)
    assert list(drafts.iterdir()) == []
    assert drafts.stat().st_mode & 0o777 == 0o700
    summary = loaded.summary
    assert (summary.label, summary.digest) == (f"small@{digest_of(files)[:8]}", digest_of(files))
    assert (summary.routers, summary.diagnostics) == (2, [])
    names = [router["name"] for router in msgspec.json.decode(summary.topology)["routers"]]
    assert names == ["gw-a", "gw-b"]
    answer = msgspec.json.decode(await loaded.pool.ask(msgspec.json.encode(QUESTION), 20))
    assert answer["result"]["verdict"]
    assert loaded.is_alive
    await loaded.close()
    assert not loaded.is_alive


@on_loop
async def test_facts_that_cannot_be_read_are_told_with_their_own_reason_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="holds no facts that can be read") as caught:
        await load("broken", {"gw-a_facts.txt": b"not a word of it"}, tmp_path / "drafts")
    assert caught.value.is_said
    with pytest.raises(FactsError, match="no name of a facts file"):
        await load("sly", {"../gw-a_facts.txt": b""}, tmp_path / "drafts")
    assert list((tmp_path / "drafts").iterdir()) == []


@on_loop
async def test_who_does_not_wait_for_the_end_leaves_nothing(tmp_path: Path) -> None:
    files = read_files(write_small_network(tmp_path / "small"))
    loading = asyncio.create_task(load("small", files, tmp_path / "drafts"))
    async with asyncio.timeout(20):
        while not children(os.getpid()):
            await asyncio.sleep(0.005)
    loading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await loading
    assert list((tmp_path / "drafts").iterdir()) == []
