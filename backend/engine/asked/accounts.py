"""Signing in and out."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Person, Sessions, Signed, User
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError

CHECKS = 2
"""Of passwords at once: each takes 64 MiB and a core for its time."""
QUEUE = 8
"""Who may wait for that; it would not help the others to wait longer."""


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    username: str
    password: str


class Accounts:
    def __init__(self, people: People, sessions: Sessions, authenticated: Callable[[str, str], User | None]) -> None:
        self._people = people
        self._sessions = sessions
        self._authenticated = authenticated
        self._threads = ThreadPoolExecutor(CHECKS, "password")
        self._waiting = 0

    def calls(self) -> Mapping[str, Call]:
        return {
            "sign_in": declared(SignIn, self._sign_in),
            "sign_out": declared(Signed, self._sign_out),
            "session": declared(Signed, self._session),
        }

    async def _sign_in(self, _: Caller, asked: SignIn) -> object:
        if self._waiting >= CHECKS + QUEUE:
            raise EngineError(Code.BUSY, "Too many people sign in just now; try again in a moment.")
        self._waiting += 1
        try:
            check = asyncio.get_running_loop().run_in_executor(
                self._threads, self._authenticated, asked.username, asked.password
            )
            user = await check
        finally:
            self._waiting -= 1
        if user is None:
            raise EngineError(Code.DENIED, "The username or the password is wrong.")
        session = await asyncio.to_thread(self._sessions.begin, user.name)
        return _document(Person(user.name, user.role)) | {"session": session}

    async def _sign_out(self, caller: Caller, asked: Signed) -> None:
        person = await self._people.who(caller, asked)
        if asked.session is not None:
            self._people.forget(asked.session)
            await asyncio.to_thread(self._sessions.end, asked.session)
            self._people.forget(asked.session)  # somebody may have asked with it meanwhile
            self._people.altered(person.name)

    async def _session(self, caller: Caller, asked: Signed) -> object:
        return _document(await self._people.who(caller, asked))


def _document(person: Person) -> dict[str, str]:
    return {"username": person.name, "role": person.role}
