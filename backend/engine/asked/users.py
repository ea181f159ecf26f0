"""Who may sign in, for administrators. Nobody takes away what he himself stands on."""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, UnsetType, structs

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.asked.rules import check_name, check_password
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.store.users import PAM, Account, Change
from backend.store.users import Users as Kept

Role = Literal["user", "admin"]


class Add(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    username: str
    password: str
    role: Role = "user"


class Alter(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is not named stays."""

    username: str
    role: Literal["user", "admin", "group"] | UnsetType = UNSET
    """`group`: what the groups of the machine say, from the next time that the user signs in."""
    password: str | UnsetType = UNSET
    is_locked: bool | UnsetType = UNSET


class Named(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    username: str


class Users:
    def __init__(self, people: People, kept: Kept) -> None:
        self._people = people
        self._kept = kept

    def calls(self) -> Mapping[str, Call]:
        return {
            "users": declared(Signed, self._users),
            "add_user": declared(Add, self._add),
            "change_user": declared(Alter, self._change),
            "remove_user": declared(Named, self._remove),
        }

    async def _users(self, caller: Caller, asked: Signed) -> object:
        await self._people.admin(caller, asked)
        return {"users": [_document(account) for account in await asyncio.to_thread(self._kept.find)]}

    async def _add(self, caller: Caller, asked: Add) -> object:
        person = await self._people.admin(caller, asked)
        check_name(asked.username, "username")
        check_password(asked.password, asked.username, "password")
        if await asyncio.to_thread(self._kept.get, asked.username) is not None:
            raise EngineError(Code.BAD_VALUE, f"username: {asked.username!r} is taken", "username")
        await asyncio.to_thread(self._kept.add, asked.username, asked.password, asked.role)
        self._people.note(person, "add user", f"{asked.username}: {asked.role}")
        return await self._told(asked.username)

    async def _change(self, caller: Caller, asked: Alter) -> object:
        person = await self._people.admin(caller, asked)
        account = await asyncio.to_thread(self._kept.get, asked.username)
        if account is None:
            raise _nobody(asked.username)
        if asked.username == person.name and not person.is_owner:
            raise EngineError(Code.BAD_VALUE, "nobody changes his own role, lock or password this way", "username")
        change = _read(asked, account)
        await asyncio.to_thread(self._kept.change, asked.username, change)
        self._people.forget(asked.username)
        self._people.note(person, "change user", f"{asked.username}: {_said(asked)}")
        return await self._told(asked.username)

    async def _remove(self, caller: Caller, asked: Named) -> object:
        person = await self._people.admin(caller, asked)
        if asked.username == person.name and not person.is_owner:
            raise EngineError(Code.BAD_VALUE, "nobody removes himself", "username")
        if not await asyncio.to_thread(self._kept.remove, asked.username):
            raise _nobody(asked.username)
        self._people.forget(asked.username)
        self._people.note(person, "remove user", asked.username)
        return {"removed": True}

    async def _told(self, name: str) -> dict[str, Any]:
        account = await asyncio.to_thread(self._kept.get, name)
        if account is None:
            raise _nobody(name)
        return _document(account)


def _read(asked: Alter, account: Account) -> Change:
    change = Change()
    if asked.password is not UNSET:
        if account.origin == PAM:
            text = f"the password of {account.name} is the machine's: change it there, with passwd"
            raise EngineError(Code.BAD_VALUE, text, "password")
        check_password(asked.password, account.name, "password")
        change = structs.replace(change, password=asked.password)
    if asked.role == "group":
        if account.origin != PAM:
            raise EngineError(Code.BAD_VALUE, f"role: no group of the machine knows {account.name}", "role")
        change = structs.replace(change, has_own_role=False)
    elif asked.role is not UNSET:
        change = structs.replace(change, role=asked.role, has_own_role=True)
    if asked.is_locked is not UNSET:
        change = structs.replace(change, is_locked=asked.is_locked)
    return change


def _said(asked: Alter) -> str:
    """For the audit."""
    parts = [] if asked.role is UNSET else [f"role {asked.role}"]
    parts += [] if asked.password is UNSET else ["password"]
    parts += [] if asked.is_locked is UNSET else ["locked" if asked.is_locked else "unlocked"]
    return ", ".join(parts) or "nothing"


def _nobody(name: str) -> EngineError:
    return EngineError(Code.NOT_FOUND, f"there is no user {name[:64]!r}", "username")


def _document(account: Account) -> dict[str, Any]:
    document = structs.asdict(account)
    return {"username": document.pop("name")} | document
