import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from backend.engine.workers import Template, Why, WorkerError
from tests.engine.workers.running import (
    LIMIT_S,
    PROGRAM,
    children,
    descriptors,
    descriptors_of,
    gone,
    on_loop,
    template,
    until,
)
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial


async def failure(work: Awaitable[object]) -> tuple[Why, str]:
    with pytest.raises(WorkerError) as caught:
        await work
    return caught.value.why, str(caught.value)


@on_loop
async def test_a_template_says_what_it_has_and_is_gone_when_it_is_closed() -> None:
    async with template() as started:
        assert started.ready == b'"ready"'
        worker = await started.fork("echo", b"")
        assert children(started.pid) == [worker.pid]
    assert await started.ended() == "ended with code 0"
    assert not is_running(worker.pid)
    await started.close()
    assert not started.is_alive
    assert await failure(started.fork("echo", b"")) == (Why.DIED, "the template 'works' ended with code 0")


@pytest.mark.parametrize(
    ("kind", "task", "why", "text"),
    [
        ("works", b"fail", Why.FAILED, "there are no facts"),
        ("works", b"bug", Why.FAILED, "ValueError: a bug"),
        ("works", b"exit", Why.DIED, "the template 'works' ended with code 3"),
        ("works", b"hang", Why.LATE, "the template 'works' was not ready within 0.3 s"),
        ("nothing", b"", Why.FAILED, "there is no template 'nothing'"),
    ],
)
def test_one_that_cannot_load_says_why_and_is_gone(kind: str, task: bytes, why: Why, text: str) -> None:
    @on_loop
    async def refused() -> None:
        timeout_s = 0.3 if why is Why.LATE else LIMIT_S
        assert await failure(Template.start(kind, task, timeout_s, PROGRAM)) == (why, text)

    refused()


@on_loop
async def test_who_does_not_wait_for_one_any_more_leaves_none(tmp_path: Path) -> None:
    """Nor what it has started to load."""
    told = tmp_path / "tool"
    starting = asyncio.create_task(Template.start("works", b"tool " + os.fsencode(told), LIMIT_S, PROGRAM))
    await until(lambda: told.exists() and told.read_text(), "the tool")
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    await gone(int(told.read_text()))


@on_loop
async def test_it_has_what_is_set_for_it_beside_the_rest_of_the_environment() -> None:
    started = await Template.start("works", b"", LIMIT_S, PROGRAM, {"MPLCONFIGDIR": "/some where", "X": "a=b"})
    said = await (await started.fork("surroundings", b"")).receive(LIMIT_S)
    await started.close()
    assert {b"MPLCONFIGDIR=/some where", b"X=a=b"} < set(said.split(b"\0"))
    assert any(each.startswith(b"PATH=") for each in said.split(b"\0"))


@on_loop
async def test_a_work_that_is_not_known_is_refused() -> None:
    async with template() as started:
        assert await failure(started.fork("os.system", b"")) == (Why.FAILED, "there is no work 'os.system'")
        assert children(started.pid) == []


@on_loop
async def test_several_at_once_do_not_mix() -> None:
    async def echoed(number: int) -> bytes:
        async with template() as started:
            worker = await started.fork("echo", b"")
            return await worker.ask(b"%d" % number, LIMIT_S)

    assert await asyncio.gather(*map(echoed, range(6))) == [b"%d" % number for number in range(6)]


@on_loop
async def test_two_hundred_in_a_row_and_fifty_at_once_leave_nothing() -> None:
    async with template() as started:
        held = descriptors_of(started.pid), descriptors()
        for number in range(200):
            worker = await started.fork("tells", b"2")
            assert [said async for said in worker.said(LIMIT_S)] == [b"0", b"1"]
            if number % 2:
                await worker.close()
            else:
                await worker.ended()

        async def one() -> list[bytes]:
            worker = await started.fork("tells", b"3")
            said = [said async for said in worker.said(LIMIT_S)]
            await worker.close()
            return said

        assert await asyncio.gather(*(one() for _ in range(50))) == [[b"0", b"1", b"2"]] * 50
        await until(lambda: (descriptors_of(started.pid), descriptors()) == held, "files to be closed")
        assert children(started.pid) == []


@on_loop
async def test_one_that_is_killed_is_noticed_with_all_that_it_has_forked() -> None:
    async with template() as started:
        workers = [await started.fork("echo", b"") for _ in range(3)]
        os.kill(workers[0].pid, signal.SIGSTOP)
        asking = asyncio.create_task(workers[1].ask(b"hang", LIMIT_S))
        await asyncio.sleep(0.01)
        os.kill(started.pid, signal.SIGKILL)
        assert await started.ended() == "ended by signal SIGKILL"
        why, text = await failure(asking)
        assert (why, "the template 'works' ended by signal SIGKILL" in text) == (Why.DIED, True)
        for worker in workers:
            await worker.ended()
        await gone(*(worker.pid for worker in workers))
        assert (await failure(started.fork("echo", b"")))[0] is Why.DIED
    async with template() as again:
        assert await (await again.fork("tells", b"1")).receive(LIMIT_S) == b"0"


@pytest.mark.root
@on_loop
async def test_tools_of_its_children_end_with_one_that_is_killed() -> None:
    async with template() as started:
        worker = await started.fork("lab", b"")
        tools = list(map(int, (await worker.receive(LIMIT_S)).split()))
        os.kill(started.pid, signal.SIGKILL)
        await worker.ended()
        await gone(worker.pid, *tools)


@on_loop
async def test_one_that_hangs_starts_nothing_and_can_be_closed() -> None:
    async with template() as started:
        worker = await started.fork("echo", b"")
        os.kill(started.pid, signal.SIGSTOP)
        late = started.fork("echo", b"", timeout_s=0.05)
        assert await failure(late) == (Why.LATE, "the template 'works' did not start 'echo' in time")
        os.kill(started.pid, signal.SIGCONT)
        assert await (await started.fork("tells", b"1")).receive(LIMIT_S) == b"0"
        await until(lambda: children(started.pid) == [worker.pid], "the late one to end")
        os.kill(started.pid, signal.SIGSTOP)
    assert await started.ended() == "ended by signal SIGKILL"
    await gone(worker.pid)


@pytest.mark.root
@on_loop
async def test_a_hundred_children_killed_at_random_moments_leave_nothing() -> None:
    """While they are forked, go into namespaces, start tools: by the engine, or by anybody else."""
    chance = Random(5)
    async with template() as started:
        held = descriptors_of(started.pid), descriptors()
        for number in range(100):
            worker = await started.fork("busy", b"")
            await asyncio.sleep(chance.uniform(0, 0.02))
            if number % 2:
                worker.kill()
            else:
                os.kill(worker.pid, signal.SIGKILL)
            assert await worker.ended() == "ended by signal SIGKILL"
            await worker.close()
            await until(lambda pid=worker.pid: not of_session(pid), "its tools to end")  # type: ignore[misc]
        assert children(started.pid) == []
        await until(lambda: (descriptors_of(started.pid), descriptors()) == held, "files to be closed")


def of_session(session: int) -> list[int]:
    """What still runs of what a child has started, which leads a session."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(words[3]) == session and words[0] not in "ZX":
            found.append(int(folder.name))
    return found


ENGINE = """
import asyncio, os, sys
from backend.engine.workers import Template
from tests.engine.workers.running import PROGRAM

async def main():
    template = await Template.start("works", b"", 20, PROGRAM)
    workers = [await template.fork(work, b"") for work in ("lab", "echo", "busy", "grows", "echo")]
    tools = (await workers[0].receive()).decode()
    await workers[3].receive()
    {before}
    print(template.pid, *(worker.pid for worker in workers), tools, flush=True)
    {then}

asyncio.run(main())
"""
STOPS: dict[str, Callable[[list[int]], list[int]]] = {
    "": lambda pids: [],
    "a child": lambda pids: [pids[2]],
    "the template": lambda pids: [pids[0]],
    "both": lambda pids: [pids[0], pids[1], pids[2]],
}


@pytest.mark.root
@pytest.mark.parametrize("stopped", STOPS)
def test_nothing_outlives_the_engine(stopped: str) -> None:
    """Not even what is stopped when the engine is killed."""
    script = ENGINE.format(before="", then="await asyncio.sleep(60)")
    pids = killed(script, STOPS[stopped])
    wait_for(lambda: not any(map(is_running, pids)), "all to end")
    wait_for(lambda: not of_session(pids[1]) + of_session(pids[3]), "their tools to end")


@pytest.mark.root
def test_nothing_outlives_an_engine_that_is_killed_at_any_moment() -> None:
    script = ENGINE.format(before="", then="os.kill(os.getpid(), 9)").replace("await workers[3].receive()", "")
    for _ in range(5):
        pids = killed(script, STOPS[""])
        wait_for(lambda pids=pids: not any(map(is_running, pids)), "all to end")  # type: ignore[misc]


def killed(script: str, stop: Callable[[list[int]], list[int]]) -> list[int]:
    """All processes of an engine that has been killed when this returns."""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        pids = list(map(int, engine.stdout.readline().split()))
        for pid in stop(pids):
            os.kill(pid, signal.SIGSTOP)
        engine.kill()
    return pids


LOADING = """
import asyncio
from backend.engine.workers import Template
asyncio.run(Template.start("works", {task!r}, 60, {program!r}))
"""
SLOW = """
import os, sys, time
with open({told!r}, "w") as file:
    file.write(str(os.getpid()))
time.sleep(0.5)
from tests.engine.workers.works import KINDS, run
run(KINDS)
"""


@pytest.mark.parametrize("moment", ["it starts", "it loads"])
def test_a_template_does_not_outlive_an_engine_that_is_killed_while(tmp_path: Path, moment: str) -> None:
    told = tmp_path / "pid"
    program: tuple[str, ...] = PROGRAM
    if moment == "it starts":
        program = ("-c", SLOW.format(told=str(told)))
    script = LOADING.format(task=b"load " + os.fsencode(told), program=program)
    with subprocess.Popen([sys.executable, "-c", script]) as engine:
        wait_for(lambda: told.exists() and told.read_text(), "the template")
        engine.kill()
    wait_for(lambda: not is_running(int(told.read_text())), "the template to end")


GREETED = "[await worker.ask(b'x', 20) for worker in workers]"


def test_children_end_when_engine_and_template_are_killed_at_once() -> None:
    script = ENGINE.replace('("lab", "echo", "busy", "grows", "echo")', '("echo", "echo")')
    script = script.replace("await workers[0].receive()", "b''").replace("await workers[3].receive()", "")
    with subprocess.Popen(
        [sys.executable, "-c", script.format(before=GREETED, then="await asyncio.sleep(60)")],
        stdout=subprocess.PIPE,
        text=True,
    ) as engine:
        assert engine.stdout is not None
        pids = list(map(int, engine.stdout.readline().split()))
        os.kill(engine.pid, signal.SIGSTOP)
        os.kill(pids[1], signal.SIGSTOP)
        os.kill(pids[0], signal.SIGKILL)
        engine.kill()
    wait_for(lambda: not any(map(is_running, pids)), "all to end")
