"""The map of a network: where its routers, segments and links stand, as numbers and as pictures."""

import asyncio
from collections.abc import Mapping
from typing import Literal

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.paper import Paper
from backend.engine.snapshots import Snapshots

MOST = 12
"""Maps that are kept: a network of hundreds takes a second to be laid out, and everybody looks at the same few."""


class OfNetwork(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    network: str = ""
    form: Literal["json", "svg", "png"] = "json"


class Maps:
    def __init__(self, people: People, snapshots: Snapshots, paper: Paper) -> None:
        self._people = people
        self._snapshots = snapshots
        self._paper = paper
        self._drawn: dict[tuple[str, str], asyncio.Task[bytes]] = {}

    def calls(self) -> Mapping[str, Call]:
        return {"map": declared(OfNetwork, self._map)}

    async def _map(self, caller: Caller, asked: OfNetwork) -> object:
        """In the letters of base64. Who asks while it is being drawn waits for the same one."""
        await self._people.who(caller, asked)
        key = asked.network or self._snapshots.active, asked.form
        if key not in self._drawn:
            while len(self._drawn) >= MOST:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[key] = asyncio.create_task(self._draw(*key))
        try:
            drawn = await asyncio.shield(self._drawn[key])
        except Exception:
            self._drawn.pop(key, None)
            raise
        return {"network": key[0], "drawn": drawn}

    async def _draw(self, network: str, form: str) -> bytes:
        async with self._snapshots.held(network) as loaded:
            return (await self._paper.mapped(loaded.summary.topology, form)).drawn
