"""The snapshots of facts: which there are, what is in the active one, and changing it."""

import asyncio
from collections.abc import Mapping

import msgspec
from msgspec import Raw

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.asked.questions import answered
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import Snapshots
from backend.store.networks import NetworkRecord
from backend.store.networks import Networks as Kept


class Named(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    network: str = ""


class Two(Named, frozen=True, forbid_unknown_fields=True, kw_only=True):
    other: str = ""


class Networks:
    def __init__(self, people: People, snapshots: Snapshots, kept: Kept) -> None:
        self._people = people
        self._snapshots = snapshots
        self._kept = kept

    def calls(self) -> Mapping[str, Call]:
        return {
            "networks": declared(Signed, self._networks),
            "topology": declared(Named, self._topology),
            "diagnostics": declared(Named, self._diagnostics),
            "changes": declared(Two, self._changes),
            "reload": declared(Signed, self._reload),
            "activate": declared(Named, self._activate),
            "remove_network": declared(Named, self._remove),
        }

    async def _networks(self, caller: Caller, asked: Signed) -> object:
        """The active one as it is loaded, and all that are kept."""
        await self._people.who(caller, asked)
        loaded = await self._snapshots.loaded()
        records = await asyncio.to_thread(self._kept.find)
        return {"networks": [loaded.summary.document], "kept": [network_document(record) for record in records]}

    async def _topology(self, caller: Caller, asked: Named) -> Raw:
        await self._people.who(caller, asked)
        async with self._snapshots.held(asked.network or self._snapshots.active) as loaded:
            return loaded.summary.topology

    async def _diagnostics(self, caller: Caller, asked: Named) -> object:
        """What of the facts was not understood, by file, section and line."""
        await self._people.who(caller, asked)
        record = await record_of(self._kept, asked.network or self._snapshots.active)
        return {"network": record.label, "diagnostics": Raw(record.diagnostics)}

    async def _changes(self, caller: Caller, asked: Two) -> Raw:
        """What the facts of `other` say differently. Each is in a process of its own."""
        await self._people.who(caller, asked)
        before, after = asked.network or self._snapshots.active, asked.other or self._snapshots.active
        async with self._snapshots.held(before), self._snapshots.held(after):
            others = await answered(self._snapshots, "fingerprints", {}, after)
            side = await answered(self._snapshots, "side", {"others": others}, before)
            return await answered(self._snapshots, "changes", {"before": side}, after)

    async def _reload(self, caller: Caller, asked: Signed) -> object:
        person = await self._people.admin(caller, asked)
        label = await self._snapshots.reload()
        self._people.note(person, "reload", label)
        return {"active": label}

    async def _activate(self, caller: Caller, asked: Named) -> object:
        person = await self._people.admin(caller, asked)
        await record_of(self._kept, asked.network)
        await self._snapshots.activate(asked.network)
        self._people.note(person, "activate", asked.network)
        return {"active": self._snapshots.active}

    async def _remove(self, caller: Caller, asked: Named) -> object:
        person = await self._people.admin(caller, asked)
        await record_of(self._kept, asked.network)
        is_removed = await asyncio.to_thread(self._kept.remove, asked.network)
        self._people.note(person, "remove network", asked.network)
        return {"removed": is_removed}


async def record_of(kept: Kept, label: str) -> NetworkRecord:
    record = await asyncio.to_thread(kept.get, label)
    if record is None:
        raise EngineError(Code.NOT_FOUND, f"there is no network {label[:64]!r}", "network")
    return record


def network_document(record: NetworkRecord) -> dict[str, object]:
    return {
        "label": record.label,
        "name": record.name,
        "hash": record.digest,
        "created": record.created,
        "created_by": record.created_by or None,
        "origin": record.origin,
        "bytes": record.bytes_,
        "routers": record.routers,
        "diagnostics": len(msgspec.json.decode(record.diagnostics)),
        "is_active": record.is_active,
    }
