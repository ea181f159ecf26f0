"""Who asks: somebody who has signed in, or the engine's owner at its socket."""

import asyncio
import pwd
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from msgspec import Struct

from backend.engine.calling import Caller
from backend.engine.protocol import Code, EngineError

ADMIN = "admin"
BELIEVED_S = 1.0
"""A session that another engine has ended is good for so long here; one that was ended here is so at once."""
MOST_KNOWN = 10_000


class Person(Struct, frozen=True):
    name: str
    role: str

    @property
    def is_admin(self) -> bool:
        return self.role == ADMIN

    def may_see(self, user: str) -> bool:
        return self.is_admin or self.name == user


class Signed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters of a call that not everybody may make."""

    session: str | None = None
    """The id of the session of who asks."""
    as_owner: bool = False
    """Whoever runs the engine needs no session; what serves others must never say this."""


class User(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...


class Sessions(Protocol):
    def begin(self, name: str) -> str: ...
    def user(self, id_: str) -> User | None: ...
    def end(self, id_: str) -> None: ...


class People:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._known: dict[str, tuple[float, Person]] = {}
        """By session, with the time until which it is believed: a thread for each question would cost more than it."""
        self.listeners: list[Callable[[str], None]] = []

    async def who(self, caller: Caller, asked: Signed) -> Person:
        """EngineError where it is nobody."""
        if asked.as_owner and caller.is_owner:
            return Person(_name(caller.uid), ADMIN)
        if asked.session is not None:
            person = self._believed(asked.session) or await self._looked_up(asked.session)
            if person is not None:
                return person
        raise EngineError(Code.DENIED, "The session has ended: sign in again.")

    def forget(self, session: str) -> None:
        self._known.pop(session, None)

    def altered(self, name: str) -> None:
        """After each change of a person's sessions, tokens or role: who holds sockets for them has to know."""
        for listener in self.listeners:
            listener(name)

    def _believed(self, session: str) -> Person | None:
        until_s, person = self._known.get(session, (0.0, None))
        return person if monotonic() < until_s else None

    async def _looked_up(self, session: str) -> Person | None:
        user = await asyncio.to_thread(self._sessions.user, session)
        if user is None:
            return None
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        person = Person(user.name, user.role)
        self._known[session] = monotonic() + BELIEVED_S, person
        return person

    async def admin(self, caller: Caller, asked: Signed) -> Person:
        person = await self.who(caller, asked)
        if not person.is_admin:
            raise EngineError(Code.FORBIDDEN, f"{person.name} is no administrator, and only those may do this")
        return person


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
