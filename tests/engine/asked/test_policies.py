import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest

from backend.engine.asked.policies import Policies
from backend.engine.calling import Caller
from backend.engine.loaded import ANSWERING
from backend.engine.protocol import EngineError
from backend.engine.workers.error import Why, WorkerError
from tests.crash.family import children
from tests.engine.desk import Desk
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
POLICY = "- 10.0.1.0/24 must reach 10.0.2.50 on 443\n"


def test_whoever_has_signed_in_may_ask_what_of_a_policy_is_kept(desk: Desk) -> None:
    found = desk.person().ask("check", policy=POLICY)
    assert (found["by"], [each["text"] for each in found["expectations"]]) == ("prediction", [POLICY[2:-1]])
    assert found["network"] == desk.engine.ask("health")["network"]


@pytest.mark.parametrize(
    ("policy", "network", "code", "field"),
    [("- nonsense", "", "bad_value", "policy"), (POLICY, "no such", "not_found", "network")],
)
def test_what_is_wrong_is_told_with_its_field(desk: Desk, policy: str, network: str, code: str, field: str) -> None:
    refused = desk.person().refused("check", policy=policy, network=network)
    assert (refused.code, refused.field) == (code, field)


def test_one_after_the_other_each_in_a_process_that_is_gone_then(desk: Desk) -> None:
    person, template = desk.person(), desk.template
    policies = [POLICY.replace("443", str(port)) for port in range(1, 6)]
    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(lambda policy: person.ask("check", policy=policy), policies))
    assert [answer["expectations"][0]["text"] for answer in answers] == [policy[2:-1] for policy in policies]
    wait_for(lambda: len(children(template)) <= ANSWERING, "the end of all that checked")


class Unending:
    """What checks a policy that is too long."""

    is_closed = False

    async def receive(self, _: float) -> bytes:
        raise WorkerError(Why.LATE, "the process did not answer in time")

    async def close(self) -> None:
        self.is_closed = True


def test_what_takes_too_long_is_ended_and_said() -> None:
    worker = Unending()

    async def fork(*_: object) -> Unending:
        return worker

    async def who(*_: object) -> SimpleNamespace:
        return SimpleNamespace(name="ann")

    @asynccontextmanager
    async def held(_: str) -> AsyncIterator[SimpleNamespace]:
        yield SimpleNamespace(template=SimpleNamespace(fork=fork))

    async def asked() -> None:
        snapshots = SimpleNamespace(active="x@1", held=held)
        call = Policies(SimpleNamespace(who=who), snapshots).calls()["check"]  # type: ignore[arg-type]
        await call(Caller(1, 1, is_owner=False), {"policy": POLICY})  # type: ignore[misc]

    with pytest.raises(EngineError, match="longer than 50 s: ask for fewer") as refused:
        asyncio.run(asked())
    assert (refused.value.code, refused.value.field, worker.is_closed) == ("timeout", "policy", True)
