"""The lab that a person plays in: a process of its own, which is asked on."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import Snapshots
from backend.engine.workers.error import WorkerError
from backend.engine.workers.raising import Raise
from backend.lab.hand import client
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import Down, Request, Status

LONGEST_S = 60.0


class Up(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    routers: tuple[str, ...] = ()
    """None named: all."""


class Ask(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    request: dict[str, Any]
    """As the lab's own protocol has it: `{"type": "ping", "source": …}`."""


class Lab:
    def __init__(self, people: People, snapshots: Snapshots, place: Path) -> None:
        self._people = people
        self._snapshots = snapshots
        self._place = place

    def calls(self) -> Mapping[str, Call]:
        return {
            "lab_up": declared(Up, self._up),
            "lab_status": declared(Signed, self._status),
            "lab_down": declared(Signed, self._down),
            "lab": declared(Ask, self._ask),
            "lab_trial": declared(Signed, self._trial),
        }

    async def _up(self, caller: Caller, asked: Up) -> object:
        person = await self._people.admin(caller, asked)
        self._people.note(person, "lab up", " ".join(asked.routers))
        is_new = msgspec.json.decode(await self._worked("raising", Raise(str(self._place), asked.routers)), type=bool)
        document = await asyncio.to_thread(client.ask, self._place, Status())
        return {"is_new": is_new, "is_current": document["network"] == self._snapshots.active, **document}

    async def _worked(self, work: str, task: Struct | bytes) -> bytes:
        """What a process with the active facts says."""
        async with self._snapshots.held(self._snapshots.active) as loaded:
            worker = await loaded.template.fork(work, task)
            try:
                return await worker.receive(LONGEST_S)
            except WorkerError as error:
                raise EngineError(Code.UNAVAILABLE if error.is_said else Code.INTERNAL, str(error)) from error
            finally:
                await worker.close()

    async def _trial(self, caller: Caller, asked: Signed) -> Raw:
        """Whether one can be built."""
        await self._people.admin(caller, asked)
        return Raw(await self._worked("trying", b""))

    async def _status(self, caller: Caller, asked: Signed) -> object:
        await self._people.who(caller, asked)
        try:
            document = await asyncio.to_thread(client.ask, self._place, Status())
        except client.NotUpError as error:
            return {"up": False, "reason": str(error)}
        return {"up": True, "is_current": document["network"] == self._snapshots.active, **document}

    async def _down(self, caller: Caller, asked: Signed) -> object:
        person = await self._people.admin(caller, asked)
        self._people.note(person, "lab down")
        try:
            return {"was_up": True, **await asyncio.to_thread(client.end, self._place)}
        except client.NotUpError as error:
            return {"was_up": False, "reason": str(error)}

    async def _ask(self, caller: Caller, asked: Ask) -> object:
        await self._people.admin(caller, asked)
        try:
            request = msgspec.convert(asked.request, Request)
        except msgspec.ValidationError as error:
            raise EngineError(Code.BAD_VALUE, f"request: {error}", "request") from None
        if isinstance(request, Down):
            return await self._down(caller, asked)
        try:
            return await asyncio.to_thread(client.ask, self._place, request)
        except UsageError as error:
            raise EngineError(Code.BAD_VALUE, str(error), "request") from None
