"""Whether a password is right: of an account that is kept here, or else of a user of the machine."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from msgspec import Struct

from backend.engine.protocol import Code, EngineError
from backend.store.users import NAME_LIMIT, PASSWORD_LIMIT, User, Users

HASHES = 2
"""Passwords that are looked at at once: each takes 64 MiB and a core for its time."""
MACHINE = 4
"""Questions to the machine at once; they are only waited for here."""
QUEUE = 8
"""Who may wait for that; it would not help the others to wait longer."""
PACE_S = 0.5
"""A refusal comes a multiple of this after the question: a name that there is not, a locked account and a wrong
password cost the machine from 1 to 170 ms, and who asks must not see which it was."""


class Known(Struct, frozen=True):
    """A user of the machine whose password is right."""

    name: str
    """As the machine writes it."""
    groups: tuple[str, ...]


class Groups(Struct, frozen=True):
    """Of the machine, and what they mean here."""

    admin: str
    user: str = ""
    """Empty: everybody may sign in."""

    def role(self, groups: tuple[str, ...]) -> str | None:
        if self.admin in groups:
            return "admin"
        return "user" if not self.user or self.user in groups else None


class Machine(Struct, frozen=True):
    known: Callable[[str, str, str], Known | None]
    """By name, password and the address that it came from. EngineError where it cannot be said."""
    groups: Groups
    groups_of: Callable[[str], tuple[str, ...] | None] = lambda _: None
    """As they are now; None where there is no such user, or nobody can say."""


class Passwords:
    def __init__(self, users: Users, machine: Machine | None = None) -> None:
        self._users = users
        self._machine = machine
        self._hashes = ThreadPoolExecutor(HASHES, "password")
        self._questions = ThreadPoolExecutor(MACHINE, "machine")
        self._waiting = 0

    async def user(self, name: str, password: str, address: str) -> User | None:
        """None, and not sooner than for any other reason, where it is wrong."""
        began_s = monotonic()
        if self._waiting >= HASHES + QUEUE:
            raise EngineError(Code.BUSY, "Too many people sign in just now; try again in a moment.", retry_after_s=1)
        self._waiting += 1
        try:
            user = await self._found(name, password, address)
        finally:
            self._waiting -= 1
        if user is None:
            await asyncio.sleep(PACE_S - (monotonic() - began_s) % PACE_S)
        return user

    async def _found(self, name: str, password: str, address: str) -> User | None:
        loop = asyncio.get_running_loop()
        if self._machine is None or not _can_be_a_user(name, password) or await self._is_local(name):
            return await loop.run_in_executor(self._hashes, self._users.authenticated, name, password)
        known = await loop.run_in_executor(self._questions, self._machine.known, name, password, address)
        role = self._machine.groups.role(known.groups) if known is not None else None
        if known is None or role is None:
            return None
        return await asyncio.to_thread(self._users.admitted, known.name, role)

    async def _is_local(self, name: str) -> bool:
        return await asyncio.to_thread(self._users.is_local, name)


def _can_be_a_user(name: str, password: str) -> bool:
    """Of the machine; no empty password is ever right."""
    return (
        0 < len(name) <= NAME_LIMIT
        and name.isprintable()
        and name.isascii()
        and 0 < len(password) <= PASSWORD_LIMIT
        and "\0" not in password
        and not any("\ud800" <= letter <= "\udfff" for letter in password)
    )
