import asyncio
import os
import signal

import pytest

from backend.engine.workers import Limits, Why, Worker, WorkerError
from tests.engine.workers.running import LIMIT_S, gone, on_loop, template, until
from tests.waiting import is_running

pytestmark = pytest.mark.serial


async def failure(worker: Worker, timeout_s: float = LIMIT_S) -> tuple[Why, str]:
    with pytest.raises(WorkerError) as caught:
        await worker.receive(timeout_s)
    return caught.value.why, str(caught.value)


@on_loop
async def test_all_that_it_says_is_heard_until_its_work_is_done() -> None:
    async with template() as started:
        worker = await started.fork("tells", b"300")
        assert [said async for said in worker.said(LIMIT_S)] == [b"%d" % number for number in range(300)]
        assert await worker.ended() == "ended with code 0"
        again = await started.fork("tells", b"1")
        assert await again.receive() == b"0"
        assert "all that it had to say" in (await failure(again))[1]


@on_loop
async def test_a_result_of_any_size_comes_while_the_loop_goes_on() -> None:
    async with template() as started:
        worker = await started.fork("large", b"50000000")
        receiving = asyncio.create_task(worker.receive(LIMIT_S))
        turns = 0
        while not receiving.done():
            await asyncio.sleep(0)
            turns += 1
        assert await receiving == b"x" * 50_000_000
        assert turns > 50
        echo = await started.fork("echo", b"")
        large = os.urandom(1 << 20) * 20
        assert await echo.ask(large, LIMIT_S) == large


@on_loop
async def test_one_that_says_more_than_is_received_waits() -> None:
    async with template() as started:
        worker = await started.fork("floods", b"%d" % (200 << 20))
        assert await worker.receive(LIMIT_S) == bytes(1 << 20)
        before = resident()
        await asyncio.sleep(0.2)
        assert resident() - before < 50 << 10
        rest = [len(said) async for said in worker.said(LIMIT_S)]
        assert rest == [1 << 20] * 199


def resident() -> int:
    """KiB."""
    with open("/proc/self/status") as file:
        return int(next(line.split()[1] for line in file if line.startswith("VmRSS:")))


@pytest.mark.parametrize(
    ("work", "task", "why", "text"),
    [
        ("dies", b"", Why.DIED, "'dies' ended with code 7"),
        ("echo", b"", Why.LATE, "'echo' did not answer in time"),
        ("breaks", b"", Why.FAILED, "ValueError: a bug"),
        ("rubbish", b"\xff" * 100, Why.DIED, "said something that is no message"),
        ("rubbish", b"\x01\x80" + bytes(7), Why.DIED, "said something that is no message"),
        ("rubbish", b"\x01" + bytes(6) + b"\x01\x00" + b"less than announced", Why.LATE, "did not answer in time"),
    ],
)
def test_what_goes_wrong_has_its_reason(work: str, task: bytes, why: Why, text: str) -> None:
    @on_loop
    async def wrong() -> None:
        async with template() as started:
            worker = await started.fork(work, task)
            found, said = await failure(worker, 0.3 if why is Why.LATE else LIMIT_S)
            assert found is why
            assert text in said
            await gone(worker.pid)

    wrong()


@pytest.mark.parametrize(("word", "name"), [(b"die", "SIGKILL"), (b"crash", "SIGSEGV")])
def test_one_that_dies_is_named_with_its_signal(word: bytes, name: str) -> None:
    @on_loop
    async def died() -> None:
        async with template() as started:
            worker = await started.fork("echo", b"")
            with pytest.raises(WorkerError, match=f"ended by signal {name}"):
                await worker.ask(word, LIMIT_S)
            assert await worker.ended() == f"ended by signal {name}"

    died()


@on_loop
async def test_one_that_is_stopped_is_killed_at_its_deadline() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        assert await worker.ask(b"x", LIMIT_S) == b"x"
        os.kill(worker.pid, signal.SIGSTOP)
        with pytest.raises(WorkerError, match="in time"):
            await worker.ask(b"x", 0.05)
        assert await worker.ended() == "ended by signal SIGKILL"


@on_loop
async def test_the_time_of_all_that_is_said_is_limited() -> None:
    async with template() as started:
        worker = await started.fork("busy_saying", b"")
        with pytest.raises(WorkerError, match="in time"):
            async for _ in worker.said(0.2):
                pass
        await gone(worker.pid)


@on_loop
async def test_one_that_grows_past_its_limit_says_so_and_others_do_not_notice() -> None:
    async with template() as started:
        worker = await started.fork("grows", b"", Limits(memory=64 << 20))
        other = await started.fork("large", b"50000000", Limits(memory=256 << 20))
        assert await worker.receive(LIMIT_S) == b"begins"
        assert await failure(worker) == (Why.FAILED, "it needs more memory than the 64 MiB that it may use")
        assert len(await other.receive(LIMIT_S)) == 50_000_000


@pytest.mark.root
@on_loop
async def test_its_tools_and_threads_and_namespaces_end_with_it() -> None:
    async with template() as started:
        for end in ("killed", "closed"):
            worker = await started.fork("lab", b"")
            tools = list(map(int, (await worker.receive(LIMIT_S)).split()))
            assert all(map(is_running, tools))
            assert os.readlink(f"/proc/{tools[0]}/ns/net") != os.readlink("/proc/self/ns/net")
            if end == "killed":
                os.kill(worker.pid, signal.SIGKILL)
                assert await worker.ended() == "ended by signal SIGKILL"
            else:
                await worker.close()
            await gone(worker.pid, *tools)


@on_loop
async def test_who_closes_one_waits_until_it_is_gone() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        await worker.close()
        assert not is_running(worker.pid)
        await worker.close()
        worker.kill()
        await worker.send(b"nobody hears it")


@on_loop
async def test_one_that_is_done_may_end_by_itself_and_one_that_is_not_is_killed_then() -> None:
    async with template() as started:
        for word, grace_s, ending in ((b"x", LIMIT_S, "ended with code 0"), (b"hang", 0.1, "ended by signal SIGKILL")):
            worker = await started.fork("echo", b"")
            await worker.send(word)
            await worker.close(grace_s)
            assert await worker.ended() == ending


@on_loop
async def test_who_receives_from_one_that_is_closed_is_told() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        receiving = asyncio.create_task(failure(worker))
        await asyncio.sleep(0)
        await worker.close()
        assert await receiving == (Why.DIED, f"the process 'echo' {await worker.ended()}")


@on_loop
async def test_one_can_be_closed_whose_template_is_stopped() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        os.kill(started.pid, signal.SIGSTOP)
        await worker.close()
        assert not is_running(worker.pid)
        os.kill(started.pid, signal.SIGCONT)
        await until(started.is_alive.__bool__, "the template goes on")
        assert await (await started.fork("tells", b"1")).receive(LIMIT_S) == b"0"
