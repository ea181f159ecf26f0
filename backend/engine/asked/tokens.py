"""Tokens of programs: which one has, a new one, and one less."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, structs

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.store.tokens import Token
from backend.store.tokens import Tokens as Kept

MOST = 50
"""Of one user."""
Scope = Literal["read", "test", "admin"]


class Create(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[Scope], Meta(min_length=1)]
    expires: Annotated[datetime, Meta(tz=True)] | None = None
    """None: it is good until it is removed."""


class Remove(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str


class Tokens:
    def __init__(self, people: People, kept: Kept) -> None:
        self._people = people
        self._kept = kept

    def calls(self) -> Mapping[str, Call]:
        return {
            "tokens": declared(Signed, self._tokens),
            "create_token": declared(Create, self._create),
            "remove_token": declared(Remove, self._remove),
        }

    async def _tokens(self, caller: Caller, asked: Signed) -> object:
        person = await self._people.account(caller, asked, "read")
        found = await asyncio.to_thread(self._kept.find, person.name)
        return {"tokens": [_document(token) for token in found]}

    async def _create(self, caller: Caller, asked: Create) -> object:
        """The only time that its secret is told."""
        person = await self._people.account(caller, asked)
        more = sorted(set(asked.scopes) - set(person.scopes))
        if more:
            raise EngineError(Code.FORBIDDEN, f"a token makes none that is good for more: {', '.join(more)}", "scopes")
        if not asked.name.isprintable() or not asked.name.strip():
            raise EngineError(Code.BAD_VALUE, f"name: {asked.name!r} is no name of a token", "name")
        if asked.expires is not None and asked.expires <= datetime.now(UTC):
            raise EngineError(Code.BAD_VALUE, f"expires: {asked.expires.isoformat()} is over", "expires")
        if len(await asyncio.to_thread(self._kept.find, person.name)) >= MOST:
            raise EngineError(Code.BAD_VALUE, f"{person.name} has {MOST} tokens: remove one first", "name")
        token, secret = await asyncio.to_thread(
            self._kept.add, person.name, asked.name, list[str](asked.scopes), asked.expires
        )
        self._people.note(person, "create token", f"{token.id}: {' '.join(token.scopes)}")
        return _document(token) | {"token": secret}

    async def _remove(self, caller: Caller, asked: Remove) -> object:
        person = await self._people.account(caller, asked)
        if not await asyncio.to_thread(self._kept.remove, person.name, asked.id):
            raise EngineError(Code.NOT_FOUND, f"there is no token {asked.id[:64]!r}", "id")
        self._people.forget(person.name)
        self._people.note(person, "remove token", asked.id)
        return {"removed": True}


def _document(token: Token) -> dict[str, Any]:
    document = structs.asdict(token)
    del document["user"]
    return document
