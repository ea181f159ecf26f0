"""What else an administrator asks for: room, now."""

from collections.abc import Mapping

from msgspec import structs

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.upkeep import Tidying


class Clean(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    is_dry: bool = False
    """Only said, not done."""


class Upkeep:
    def __init__(self, people: People, tidying: Tidying) -> None:
        self._people = people
        self._tidying = tidying

    def calls(self) -> Mapping[str, Call]:
        return {"cleanup": declared(Clean, self._cleanup)}

    async def _cleanup(self, caller: Caller, asked: Clean) -> object:
        """What is older than it may be is removed at once, as it is every hour."""
        person = await self._people.admin(caller, asked)
        if asked.is_dry:
            return structs.asdict(await self._tidying.due())
        stats = await self._tidying.tidied()
        self._people.note(person, "cleanup")
        return structs.asdict(stats)
