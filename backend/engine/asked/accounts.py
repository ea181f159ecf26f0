"""Signing in and out, and one's own password."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from time import monotonic
from typing import Any

from msgspec import Struct

from backend.engine.asked.auditing import Auditing
from backend.engine.asked.declared import declared
from backend.engine.asked.guessing import Guesses
from backend.engine.asked.passwords import Passwords
from backend.engine.asked.people import People, Person, Signed
from backend.engine.asked.rules import check_password
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.store.sessions import Sessions
from backend.store.users import User, Users

WRONG = "The username or the password is wrong."
SHOWN_NAME = 64
"""Characters of what somebody typed as a name that the audit keeps."""


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str
    address: str = ""
    """Where the request came from."""
    agent: str = ""
    """What the client says that it is."""


class ChangePassword(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    old: str
    new: str


class Accounts:
    def __init__(self, people: People, users: Users, sessions: Sessions, passwords: Passwords, audit: Auditing) -> None:
        self._people = people
        self._users = users
        self._sessions = sessions
        self._passwords = passwords
        self._audit = audit
        self._guesses = Guesses()
        self.figures: Counter[str] = Counter()
        """How often who signed in was right, wrong, or had to wait."""

    def calls(self) -> Mapping[str, Call]:
        return {
            "sign_in": declared(SignIn, self._sign_in),
            "sign_out": declared(Signed, self._sign_out),
            "session": declared(Signed, self._session),
            "change_password": declared(ChangePassword, self._change_password),
        }

    async def _sign_in(self, _: Caller, asked: SignIn) -> object:
        """With an id that nobody knew before."""
        user = await self._checked("sign in", asked.username, asked.password, asked.address)
        if user is None:
            raise EngineError(Code.DENIED, WRONG)
        id_ = await asyncio.to_thread(self._sessions.begin, user.name, asked.address, asked.agent)
        self._audit.note(user.name, "sign in", "", asked.address, "done")
        return _document(await self._people.of_session(id_)) | {"session": id_}

    async def _checked(self, what: str, name: str, password: str, address: str) -> User | None:
        wait_s = self._guesses.wait_s(name, address, monotonic())
        if wait_s > 0:
            self.figures["put off"] += 1
            text = f"Too many wrong passwords; try again in {max(1, round(wait_s))} s."
            raise EngineError(Code.BUSY, text, retry_after_s=round(wait_s, 1))
        tried = self._guesses.begin(name, address, monotonic())
        try:
            user = await self._passwords.user(name, password, address)
        except BaseException:
            self._guesses.undone(tried)
            raise
        if user is None:
            self.figures["wrong"] += 1
            is_next_put_off = self._guesses.wait_s(name, address, monotonic()) > 0
            outcome = "wrong, and the next one has to wait" if is_next_put_off else "wrong"
            self._audit.note(name[:SHOWN_NAME], what, "", address, outcome)
            return None
        self.figures["right"] += 1
        self._guesses.right(tried)
        return user

    async def _sign_out(self, caller: Caller, asked: Signed) -> None:
        person = await self._people.who(caller, asked)
        if person.session is not None and asked.session is not None:
            await asyncio.to_thread(self._sessions.end, asked.session)
            self._people.forget(person.name)
            self._people.note(person, "sign out")

    async def _session(self, caller: Caller, asked: Signed) -> object:
        return _document(await self._people.who(caller, asked))

    async def _change_password(self, caller: Caller, asked: ChangePassword) -> object:
        """All other sessions of the user end."""
        person = await self._people.account(caller, asked)
        if not await asyncio.to_thread(self._users.is_local, person.name):
            text = f"the password of {person.name} is the machine's: change it there, with passwd"
            raise EngineError(Code.BAD_VALUE, text, "new")
        check_password(asked.new, person.name, "new")
        if await self._checked("change password", person.name, asked.old, person.address) is None:
            raise EngineError(Code.BAD_VALUE, "this is not the password until now", "old")
        await asyncio.to_thread(self._users.change_password, person.name, asked.new, person.session or "")
        self._people.forget(person.name)
        self._people.note(person, "change password", person.name)
        return {"changed": True}


def _document(person: Person) -> dict[str, Any]:
    return {
        "username": person.name,
        "role": person.role,
        "scopes": list(person.scopes),
        "origin": person.origin,
        "id": person.session,
        "expires": person.expires,
    }
