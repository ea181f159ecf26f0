"""Real jobs on the demo network, in real namespaces."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import msgspec
import pytest

import backend.demo
from backend.engine.workers import Limits, NetworkTask, Template, Worker, WorkerError
from backend.jobs.event import Happening
from backend.jobs.job import Asked, GivenTrace, Job
from backend.jobs.moment import Moment
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.record import decode_item, encode_job
from backend.lab.kernel.namespace import FORBIDDEN
from backend.model.answer import Stop
from backend.model.flow import Service
from tests.engine.workers.running import LIMIT_S, PROGRAM, children, on_loop, until
from tests.engine.workers.test_template import of_session
from tests.lab import nobody

pytestmark = [pytest.mark.root, pytest.mark.serial]
FACTS = Path(backend.demo.__file__).parent / "facts"
SERVICES = (Service("tcp", 443), Service("udp", 53), Service("icmp", 0))
EXECUTE = f"import os, sys; os.execvp('unshare', {nobody.command(*PROGRAM)!r} + sys.argv[1:])"


def job(source: str = "10.1.1.50", **more: Any) -> bytes:
    asked = Asked(ip_address(source), ip_address("10.3.20.1"), SERVICES, "demo", **more)
    return encode_job(Job("a1", "anna", asked, Moment(datetime.now(UTC), monotonic())))


@asynccontextmanager
async def demo(facts: Path = FACTS, program: Sequence[str] = PROGRAM) -> AsyncIterator[Template]:
    template = await Template.start("network", NetworkTask(str(facts)), LIMIT_S, program)
    try:
        yield template
    finally:
        await template.close()


async def heard(worker: Worker) -> list[Item]:
    return [decode_item(said) async for said in worker.said(LIMIT_S)]


def result(said: list[Item]) -> Any:
    found = [each for each in said if isinstance(each, Found)]
    assert [each.is_whole for each in found] == [False] * (len(found) - 1) + [True]
    return msgspec.json.decode(found[-1].document)


@on_loop
async def test_a_job_is_predicted_and_proved_and_leaves_nothing() -> None:
    namespace = os.readlink("/proc/self/ns/net")
    async with demo() as template:
        worker = await template.fork("testing", job())
        said = await heard(worker)
        assert await worker.ended() == "ended with code 0"
        assert children(template.pid) == of_session(worker.pid) == []
    phases = [each.phase for each in said if isinstance(each, Entered)]
    assert phases == [Phase.BUILD, Phase.SERVICES, Phase.TEST, Phase.ANALYZE]
    found = result(said)
    assert [service["verdict"] for service in found["services"]] == ["denied_forward", "denied_forward", "accepted"]
    assert {service["by"] for service in found["services"]} == {"proof"}
    assert found["comparison"]["differs"] is False
    assert os.readlink("/proc/self/ns/net") == namespace


@on_loop
async def test_a_prediction_alone_builds_nothing() -> None:
    async with demo() as template:
        said = await heard(await template.fork("testing", job(mode=Mode.PREDICT)))
    assert not any(isinstance(each, Entered) for each in said)
    assert result(said)["proof"] is None


@on_loop
async def test_routers_of_a_given_trace_are_tested_in_its_order() -> None:
    trace = GivenTrace((Stop("dc-fw", "eth0"), Stop("hq-gw", "eth1")), "{}")
    async with demo() as template:
        said = await heard(await template.fork("testing", job(trace=trace)))
    proof = result(said)["proof"]
    assert [router["name"] for router in proof["services"][0]["routers"]] == ["dc-fw", "hq-gw"]


@on_loop
async def test_what_cannot_be_proved_is_said_after_what_is_predicted() -> None:
    async with demo() as template:
        worker = await template.fork("testing", job(source="172.31.9.9"))
        said: list[Item] = []

        async def hear() -> None:
            async for each in worker.said(LIMIT_S):
                said.append(decode_item(each))

        with pytest.raises(WorkerError, match="no router") as caught:
            await hear()
        assert caught.value.is_said
    found = [each for each in said if isinstance(each, Found)]
    assert msgspec.json.decode(found[-1].document)["prediction"] is not None


@on_loop
async def test_rules_that_one_test_has_loaded_the_next_ones_have() -> None:
    async with demo() as template:
        before = await (await template.fork("kept", b"")).receive(LIMIT_S)
        await heard(await template.fork("testing", job()))
        after = before
        while after == before:  # the template may fork before it takes
            after = await (await template.fork("kept", b"")).receive(LIMIT_S)
        await heard(await template.fork("testing", job()))
        assert (int(before), await (await template.fork("kept", b"")).receive(LIMIT_S)) == (0, after)


@on_loop
async def test_several_at_once_do_not_mix() -> None:
    async with demo() as template:
        sources = ["10.1.1.50", "10.1.1.51", "10.1.20.10", "10.1.1.52"]
        workers = [await template.fork("testing", job(source=source)) for source in sources]
        found = [result(said) for said in await asyncio.gather(*map(heard, workers))]
        assert [each["asked"]["source"] for each in found] == sources
        assert [each["proof"]["source"] for each in found] == sources


@on_loop
async def test_one_that_needs_too_much_memory_says_so() -> None:
    async with demo() as template:
        worker = await template.fork("testing", job(), Limits(memory=8 << 20))
        with pytest.raises(WorkerError, match="more memory than the 8 MiB"):
            await heard(worker)
        assert await worker.ended() in ("ended with code 1", "ended by signal SIGKILL")


@on_loop
async def test_one_killed_at_any_moment_leaves_nothing_and_the_next_is_not_disturbed() -> None:
    chance = Random(7)
    async with demo() as template:
        for number in range(30):
            worker = await template.fork("testing", job())
            hearing = asyncio.create_task(heard(worker))
            await asyncio.sleep(chance.uniform(0, 0.4))
            if number % 2:
                worker.kill()
            else:
                with suppress(ProcessLookupError):  # this one was done
                    os.kill(worker.pid, signal.SIGKILL)
            await asyncio.gather(hearing, return_exceptions=True)
            await worker.close()
            await until(lambda pid=worker.pid: not of_session(pid), "all of the lab to end")  # type: ignore[misc]
        assert children(template.pid) == []
        result(await heard(await template.fork("testing", job())))


@on_loop
async def test_an_ordinary_user_proves_the_same() -> None:
    async with demo(Path("/mnt/backend/demo/facts"), ("-c", EXECUTE)) as template:
        assert Path(f"/proc/{template.pid}").stat().st_uid == 65534
        worker = await template.fork("testing", job())
        if not nobody.may_make_namespaces():
            with pytest.raises(WorkerError, match=re.escape(FORBIDDEN)) as caught:
                await heard(worker)
            assert caught.value.is_said
            return
        said = await heard(worker)
        assert any(isinstance(each, Happening) and "user namespace" in each.message for each in said)
        assert result(said)["comparison"]["differs"] is False
        ending = await template.fork("testing", job())
        await ending.receive(LIMIT_S)
        os.kill(template.pid, signal.SIGKILL)
        await ending.ended()
        await until(lambda: not of_session(ending.pid), "all of the lab to end")
