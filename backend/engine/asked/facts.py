"""What the facts of a router say: its interfaces, routes, rules and sets, for everybody to read."""

from collections.abc import Mapping
from typing import Annotated

from msgspec import Meta, Raw

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.asked.questions import answered
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import Snapshots

NOTHING = b"null"


class OfRouter(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    router: str
    network: str = ""


class OfSet(OfRouter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    set: str
    search: Annotated[str, Meta(max_length=256)] = ""
    """Words that an entry has."""
    offset: Annotated[int, Meta(ge=0)] = 0


class Facts:
    def __init__(self, people: People, snapshots: Snapshots) -> None:
        self._people = people
        self._snapshots = snapshots

    def calls(self) -> Mapping[str, Call]:
        return {"router_facts": declared(OfRouter, self._router), "set_entries": declared(OfSet, self._entries)}

    async def _router(self, caller: Caller, asked: OfRouter) -> Raw:
        await self._people.who(caller, asked)
        found = await answered(self._snapshots, "router", {"router": asked.router}, asked.network)
        return _there(found, "router", asked.router)

    async def _entries(self, caller: Caller, asked: OfSet) -> Raw:
        await self._people.who(caller, asked)
        question = {"router": asked.router, "set": asked.set, "search": asked.search, "offset": asked.offset}
        return _there(await answered(self._snapshots, "entries", question, asked.network), "set", asked.set)


def _there(found: Raw, what: str, name: str) -> Raw:
    if bytes(found) == NOTHING:
        raise EngineError(Code.NOT_FOUND, f"there is no {what} {name[:64]!r}", what)
    return found
