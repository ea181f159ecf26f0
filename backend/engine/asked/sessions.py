"""Where one has signed in, and ending that."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from backend.engine.asked.declared import declared
from backend.engine.asked.people import ADMIN, READ, People, Person, Signed
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.store.sessions import Session
from backend.store.sessions import Sessions as Kept

MOST = 1000
"""In a list of everybody's."""


class OfUser(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    user: str | None = None
    """Whose they are; None: of who asks."""


class Find(OfUser, frozen=True, forbid_unknown_fields=True, kw_only=True):
    all: bool = False
    """Of everybody, for administrators."""


class End(OfUser, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    """As the list has it."""


class Sessions:
    def __init__(self, people: People, kept: Kept) -> None:
        self._people = people
        self._kept = kept

    def calls(self) -> Mapping[str, Call]:
        return {
            "sessions": declared(Find, self._sessions),
            "end_session": declared(End, self._end),
            "end_sessions": declared(OfUser, self._end_all),
        }

    async def _sessions(self, caller: Caller, asked: Find) -> object:
        if asked.all:
            person = await self._people.admin(caller, asked)
            found = await asyncio.to_thread(self._kept.find, asked.user, MOST)
        else:
            person, user = await self._whose(caller, asked, READ)
            found = await asyncio.to_thread(self._kept.find, user)
        return {"sessions": [_document(session, person) for session in found]}

    async def _end(self, caller: Caller, asked: End) -> object:
        person, user = await self._whose(caller, asked, ADMIN)
        if not await asyncio.to_thread(self._kept.end_handle, user, asked.id):
            raise EngineError(Code.NOT_FOUND, f"{user} has no session {asked.id[:64]!r}", "id")
        self._people.forget(user)
        self._people.note(person, "end session", f"{user}: {asked.id}")
        return {"ended": 1}

    async def _end_all(self, caller: Caller, asked: OfUser) -> object:
        """But the one that asks."""
        person, user = await self._whose(caller, asked, ADMIN)
        but = [person.session] if person.session is not None else []
        ended = await asyncio.to_thread(self._kept.end_all, user, but)
        self._people.forget(user)
        self._people.note(person, "end sessions", user)
        return {"ended": ended}

    async def _whose(self, caller: Caller, asked: OfUser, scope: str) -> tuple[Person, str]:
        if asked.user is not None:
            person = await self._people.who(caller, asked, scope)
            if asked.user != person.name or person.is_owner:
                await self._people.admin(caller, asked, ADMIN)
            return person, asked.user
        person = await self._people.account(caller, asked, scope)
        return person, person.name


def _document(session: Session, person: Person) -> dict[str, object]:
    return {
        "id": session.handle,
        "user": session.user,
        "created": _time(session.created_s),
        "seen": _time(session.seen_s),
        "expires": _time(session.expires_s),
        "ends": _time(session.ends_s),
        "address": session.address or None,
        "agent": session.agent or None,
        "is_current": session.handle == person.session,
    }


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
