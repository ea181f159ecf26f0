"""Who did what, for administrators."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, structs

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.store.audit import Audit as Kept
from backend.store.audit import Sought

Time = Annotated[datetime, Meta(tz=True)]


class Find(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    who: str | None = None
    what: str | None = None
    object: str | None = None
    since: Time | None = None
    until: Time | None = None
    before: Annotated[int, Meta(ge=0)] | None = None
    """`next` of the page before."""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class Audit:
    def __init__(self, people: People, kept: Kept) -> None:
        self._people = people
        self._kept = kept

    def calls(self) -> Mapping[str, Call]:
        return {"audit": declared(Find, self._find)}

    async def _find(self, caller: Caller, asked: Find) -> dict[str, object]:
        """Newest first."""
        await self._people.admin(caller, asked)
        sought = Sought(**{name: getattr(asked, name) for name in Sought.__struct_fields__})
        entries = await asyncio.to_thread(self._kept.find, sought)
        found = [structs.asdict(entry) for entry in entries]
        return {"entries": found, "next": entries[-1].id if len(entries) == asked.limit else None}
