"""Who asks: somebody who has signed in, or the engine's owner at its socket."""

import asyncio
import pwd
from typing import Protocol

from msgspec import Struct

from backend.engine.calling import Caller
from backend.engine.protocol import Code, EngineError

ADMIN = "admin"


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

    async def who(self, caller: Caller, asked: Signed) -> Person:
        """EngineError where it is nobody."""
        if asked.as_owner and caller.is_owner:
            return Person(_name(caller.uid), ADMIN)
        if asked.session is not None:
            user = await asyncio.to_thread(self._sessions.user, asked.session)
            if user is not None:
                return Person(user.name, user.role)
        raise EngineError(Code.DENIED, "The session has ended: sign in again.")

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
