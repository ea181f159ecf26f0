import os
import signal
from pathlib import Path

import pytest

from backend.engine.workers import Limits, WorkerError
from tests.engine.workers.running import LIMIT_S, children, on_loop, template, until

pytestmark = pytest.mark.serial


def state(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


@on_loop
async def test_it_has_one_thread_and_reaps_all_that_it_forks() -> None:
    async with template() as started:
        assert state(started.pid)["Threads"] == "1"
        for _ in range(5):
            worker = await started.fork("dies", b"")
            assert await worker.ended() == "ended with code 7"
        assert children(started.pid) == []


@on_loop
async def test_ctrl_c_at_the_terminal_does_not_reach_it() -> None:
    async with template() as started:
        assert os.getsid(started.pid) == started.pid
        os.kill(started.pid, signal.SIGINT)
        worker = await started.fork("echo", b"")
        os.kill(worker.pid, signal.SIGINT)
        assert await worker.ask(b"x", LIMIT_S) == b"x"


@on_loop
async def test_one_that_grows_all_the_time_is_ended_even_where_it_hangs_or_is_busy() -> None:
    """And without limits nobody looks."""
    async with template() as started:
        quiet = await started.fork("holds", b"%d" % (50 << 20), Limits(memory=100 << 20))
        free = await started.fork("holds", b"%d" % (150 << 20))
        large = await started.fork("holds", b"%d" % (150 << 20), Limits(memory=100 << 20))
        with pytest.raises(WorkerError, match="more memory than the 100 MiB") as caught:
            assert await large.receive(LIMIT_S) == b"holds" == await large.receive(LIMIT_S)
        assert caught.value.is_said
        assert await large.ended() == "ended by signal SIGKILL"
        for each in (quiet, free):
            assert await each.receive(LIMIT_S) == b"holds"
            with pytest.raises(WorkerError, match="in time"):
                await each.receive(0.2)


@on_loop
async def test_what_a_child_left_running_ends_with_it() -> None:
    async with template() as started:
        worker = await started.fork("leaves", b"")
        tool = int(await worker.receive(LIMIT_S))
        assert await worker.ended() == "ended with code 0"
        await until(lambda: not Path(f"/proc/{tool}").exists() or state(tool)["State"][0] == "Z", "its tool to end")


@on_loop
async def test_what_cannot_be_used_of_what_a_child_hands_back_costs_nothing() -> None:
    async with template() as started:
        await (await started.fork("hands_back", b"refuse this")).ended()
        await (await started.fork("hands_rubbish", b"")).ended()
        await (await started.fork("hands_back", b"x")).ended()
        found = b""
        while not found:
            found = await (await started.fork("hands_back", b"x")).receive(LIMIT_S)
        assert set(found.split(b",")) == {b"x"}


@pytest.mark.root
@on_loop
async def test_a_machine_that_starts_no_process_is_named() -> None:
    async with template(b"few") as started:
        first = await started.fork("echo", b"")
        await first.ask(b"x", LIMIT_S)
        with pytest.raises(WorkerError, match="the machine starts no process"):
            await started.fork("echo", b"")
        assert await first.ask(b"x", LIMIT_S) == b"x"
