"""Policies: what of them a network keeps, by prediction."""

import asyncio
from collections.abc import Mapping

from msgspec import Raw

from backend.engine.asked.declared import declared
from backend.engine.asked.once import Alone
from backend.engine.asked.people import People, Signed
from backend.engine.asked.questions import result_of
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import Snapshots
from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.work import CheckTask, Limits

LONGEST_S = 50.0
AT_ONCE = 1
"""Tests and short questions go on beside one."""
LIMITS = Limits(memory=1 << 30)


class Ask(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    policy: str
    network: str = ""
    """The label of a snapshot; none: the one that is active."""


class Policies:
    def __init__(self, people: People, snapshots: Snapshots) -> None:
        self._people = people
        self._snapshots = snapshots
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._alone = Alone()

    def calls(self) -> Mapping[str, Call]:
        return {"check": declared(Ask, self._check)}

    async def _check(self, caller: Caller, asked: Ask) -> Raw:
        """Whoever asks for many at once waits for the first of them, and not in front of all others."""
        person = await self._people.who(caller, asked)
        label = asked.network or self._snapshots.active
        async with self._alone.of(person.name), self._turns, self._snapshots.held(label) as loaded:
            worker = await loaded.template.fork("checking", CheckTask(asked.policy), LIMITS)
            try:
                return result_of(await worker.receive(LONGEST_S))
            except WorkerError as error:
                if error.why is not Why.LATE:
                    raise
                text = f"it takes longer than {LONGEST_S:g} s: ask for fewer addresses, ports or expectations at once"
                raise EngineError(Code.TIMEOUT, text, "policy") from error
            finally:
                await worker.close()
