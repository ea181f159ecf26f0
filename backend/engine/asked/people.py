"""Who asks: somebody with a session or a token, or the engine's owner at its socket. And what a token is good for."""

import asyncio
import logging
import pwd
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Final, TypeVar

from msgspec import Struct, structs

from backend.engine.asked.auditing import Auditing
from backend.engine.calling import Caller
from backend.engine.protocol import Code, EngineError
from backend.store.error import StoreError
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import LOCAL

log = logging.getLogger(__name__)
ADMIN_ROLE: Final = "admin"
READ: Final = "read"
"""Questions, and one's own tests, sessions and tokens."""
TEST: Final = "test"
"""To submit, cancel and remove tests."""
ADMIN: Final = "admin"
"""To manage: one's own account, and all else for those who are administrators."""
SCOPES = (READ, TEST, ADMIN)
BELIEVED_S = 1.0
"""A session that another engine has ended is good for so long here; one that was ended here is so at once."""
MOST_KNOWN = 10_000
T = TypeVar("T")


class Person(Struct, frozen=True):
    name: str
    role: str
    scopes: tuple[str, ...] = SCOPES
    origin: str = LOCAL
    """`local`, or `pam`: the machine knows the password."""
    session: str | None = None
    """The handle of the session."""
    is_owner: bool = False
    """Who runs the engine, and need not have an account."""
    address: str = ""
    expires: datetime | None = None
    """When the session ends unless it is used, or the token however it is."""

    @property
    def is_admin(self) -> bool:
        return self.role == ADMIN_ROLE and ADMIN in self.scopes

    def may_see(self, user: str) -> bool:
        return self.is_admin or self.name == user


class Signed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters of a call that not everybody may make."""

    session: str | None = None
    """The id of the session of who asks."""
    token: str | None = None
    """Its secret; it comes before a session."""
    address: str | None = None
    """Where the request came from; None: from where the session was begun."""
    as_owner: bool = False
    """Whoever runs the engine needs no session; what serves others must never say this."""


class People:
    def __init__(self, sessions: Sessions, tokens: Tokens, audit: Auditing) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._audit = audit
        self._known: dict[tuple[str, str], tuple[float, Person]] = {}
        """By credential, with the time until which it is believed: a thread for each question would cost more."""
        self._ended = 0
        """How often somebody ended something: what was looked up before that is not believed."""
        self._touching: set[asyncio.Task[None]] = set()
        self.listeners: list[Callable[[str], None]] = []
        """Who holds sockets of a user has to know."""

    async def who(self, caller: Caller, asked: Signed, scope: str = READ) -> Person:
        """EngineError where it is nobody, or a token that is not good for this."""
        person = await self._person(caller, asked)
        if scope not in person.scopes:
            raise EngineError(Code.FORBIDDEN, f"this token is not good for that: it lacks the scope {scope}")
        return structs.replace(person, address=asked.address) if asked.address else person

    async def admin(self, caller: Caller, asked: Signed, scope: str = ADMIN) -> Person:
        person = await self.who(caller, asked, scope)
        if person.role != ADMIN_ROLE:
            raise EngineError(Code.FORBIDDEN, f"{person.name} is no administrator, and only those may do this")
        return person

    async def of_session(self, id_: str) -> Person:
        return await self._of("session", id_, self._of_session)

    async def account(self, caller: Caller, asked: Signed, scope: str = ADMIN) -> Person:
        """Somebody whose account is kept here."""
        person = await self.who(caller, asked, scope)
        if person.is_owner:
            raise EngineError(Code.FORBIDDEN, "who asks as the engine's owner has no account here: sign in")
        return person

    def note(self, person: Person, what: str, object_: str = "", outcome: str = "done") -> None:
        """For the audit."""
        self._audit.note(person.name, what, object_, person.address, outcome)

    def forget(self, name: str) -> None:
        """A session, a token or the account of this user has changed. To be called when that has been committed."""
        self._ended += 1
        self._known.clear()
        for listener in self.listeners:
            listener(name)

    async def _person(self, caller: Caller, asked: Signed) -> Person:
        if asked.as_owner and caller.is_owner:
            return Person(_name(caller.uid), ADMIN_ROLE, is_owner=True)
        if asked.token is not None:
            return await self._of("token", asked.token, self._of_token)
        if asked.session is not None:
            return await self.of_session(asked.session)
        raise EngineError(Code.DENIED, "Nobody has signed in here: sign in again.")

    async def _of(self, kind: str, secret: str, found: Callable[[str], Awaitable[Person | None]]) -> Person:
        until_s, known = self._known.get((kind, secret), (0.0, None))
        if known is not None and monotonic() < until_s:
            return known
        ended = self._ended
        person = await found(secret)
        if person is None:
            ways = {"token": "The token is wrong, or good no more.", "session": "The session has ended: sign in again."}
            raise EngineError(Code.DENIED, ways[kind])
        if ended == self._ended:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[kind, secret] = monotonic() + BELIEVED_S, person
        return person

    async def _of_session(self, secret: str) -> Person | None:
        signed = await asyncio.to_thread(self._sessions.signed, secret)
        if signed is None:
            return None
        session = signed.session
        if signed.is_to_touch:
            self._touch(self._sessions.touch, session.handle)
        expires = datetime.fromtimestamp(session.expires_s, UTC)
        user = signed.user
        return Person(
            user.name, user.role, origin=user.origin, session=session.handle, address=session.address, expires=expires
        )

    async def _of_token(self, secret: str) -> Person | None:
        holder = await asyncio.to_thread(self._tokens.holder, secret)
        if holder is None:
            return None
        if holder.is_to_touch:
            self._touch(self._tokens.touch, holder.token.id)
        user, token = holder.user, holder.token
        return Person(user.name, user.role, token.scopes, user.origin, expires=token.expires)

    def _touch(self, touch: Callable[[str], None], id_: str) -> None:
        """Nobody waits for it, and nobody is refused when it fails."""

        async def touched() -> None:
            try:
                await asyncio.to_thread(touch, id_)
            except StoreError as error:
                log.warning("the last use of a session or token is not kept: %s", error)

        task = asyncio.create_task(touched())
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
