import ast
import os
import resource

import pytest

from backend.engine.workers import Limits, WorkerError
from tests.engine.workers.running import LIMIT_S, gone, on_loop, template, until

pytestmark = pytest.mark.serial


@on_loop
async def test_it_is_apart_from_who_started_it_and_has_nothing_of_its_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with template() as started:
        others = [await started.fork("echo", b"") for _ in range(3)]
        worker = await started.fork("state", b"")
        found = ast.literal_eval((await worker.receive(LIMIT_S)).decode())
        assert found == {
            "open": 2,  # the engine and the template
            "leads": True,
            "threads": 1,
            "interrupt": True,
            "terminate": True,
            "files": (most, most),
            "collects": True,
            "garbage": 0,
        }
        assert [await other.ask(b"x", LIMIT_S) for other in others] == [b"x"] * 3


@on_loop
async def test_one_that_waits_for_a_question_ends_when_the_engine_wants_nothing_more() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        await worker.ask(b"x", LIMIT_S)
        worker._connection.close()
        assert await worker.ended() == "ended with code 0"
        talking = await started.fork("busy_saying", b"")
        await talking.receive(LIMIT_S)
        talking._connection.close()
        assert await talking.ended() == "ended with code 0"


@on_loop
async def test_what_it_hands_back_the_next_one_has() -> None:
    async with template() as started:
        first = await started.fork("hands_back", b"x" * (1 << 20))
        assert await first.receive(LIMIT_S) == b""
        await first.ended()
        found = b""
        while not found:  # the template may fork before it takes
            found = await (await started.fork("hands_back", b"y")).receive(LIMIT_S)
        assert found.startswith(b"x" * (1 << 20))


@pytest.mark.parametrize("memory", [1 << 20, 16 << 20])
def test_a_limit_counts_from_what_the_template_has(memory: int) -> None:
    @on_loop
    async def limited() -> None:
        async with template() as started:
            worker = await started.fork("large", b"%d" % (memory * 3), Limits(memory))
            with pytest.raises(WorkerError, match=f"more memory than the {memory >> 20} MiB"):
                await worker.receive(LIMIT_S)
            small = await started.fork("large", b"%d" % (memory // 4), Limits(memory))
            assert len(await small.receive(LIMIT_S)) == memory // 4

    limited()


@on_loop
async def test_one_whose_template_died_before_it_began_ends() -> None:
    """It looks for it, since the kernel tells only of what happens later."""
    async with template() as started:
        worker = await started.fork("orphaned", b"")
        orphan = int(await worker.receive(LIMIT_S))
        await worker.ended()
        await gone(orphan)
        await until(lambda: not os.path.exists(f"/proc/{orphan}/fd/0"), "its files to be closed")
