"""Who is signed in: random ids with an owner and an end, kept only as hashes."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import time

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, insert, select, update

from backend.store.database import Database
from backend.store.schema import sessions, users
from backend.store.users import ORIGIN, User

LIFETIME_S = 12 * 3600
IDLE_S = 2 * 3600
SEEN_S = 60
"""The last use is known to this; else each request would write."""
MOST = 50
"""Of one user; the one that was used longest ago ends for one more."""
LONGEST = 300
"""Characters of what a client says that it is."""


class Limits(Struct, frozen=True):
    lifetime_s: int = LIFETIME_S
    """From signing in, however the session is used."""
    idle_s: int = IDLE_S
    """From the last use."""


class Session(Struct, frozen=True):
    handle: str
    """For lists; it opens nothing."""
    user: str
    created_s: int
    seen_s: int
    expires_s: int
    """Unless it is used until then."""
    ends_s: int
    """However it is used."""
    address: str
    agent: str


class Signed(Struct, frozen=True):
    user: User
    """With the role that the user has now."""
    session: Session
    is_to_touch: bool
    """It was used for the first time in a while: `touch` should say so."""


READ = [sessions.c[name] for name in Session.__struct_fields__]
OWNER = (  # asked for every request, so it is put together once
    select(users.c.name, users.c.role, ORIGIN, *READ)
    .join(sessions, sessions.c.user == users.c.name)
    .where(sessions.c.hash == bindparam("hash"), sessions.c.expires_s > bindparam("now_s"), ~users.c.is_locked)
)


class Sessions:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(
        self,
        database: Database,
        now_s: Callable[[], float] = time,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
    ) -> None:
        self._database = database
        self._now_s = now_s
        self._limits = limits

    def begin(self, name: str, address: str = "", agent: str = "") -> str:
        """The id of a new session. The database knows its hash alone, so a copy of it signs nobody in."""
        id_ = secrets.token_urlsafe(32)
        now_s = int(self._now_s())
        ends_s = now_s + self._limits.lifetime_s
        row = {
            "hash": _hash(id_),
            "user": name,
            "handle": secrets.token_hex(8),
            "created_s": now_s,
            "seen_s": now_s,
            "expires_s": min(now_s + self._limits.idle_s, ends_s),
            "ends_s": ends_s,
            "address": _kept(address),
            "agent": _kept(agent),
        }
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_s <= now_s))
            connection.execute(insert(sessions).values(row))
            connection.execute(update(users).where(users.c.name == name).values(signed_in=_time(now_s)))
            newest = select(sessions.c.hash).where(sessions.c.user == name)
            newest = newest.order_by(sessions.c.seen_s.desc(), sessions.c.created_s.desc()).limit(MOST)
            if connection.scalar(select(func.count()).where(sessions.c.user == name)) > MOST:  # type: ignore[operator]
                connection.execute(
                    delete(sessions).where(
                        sessions.c.user == name, sessions.c.hash != row["hash"], sessions.c.hash.not_in(newest)
                    )
                )
        return id_

    def user(self, id_: str) -> User | None:
        """Whose session it is."""
        signed = self.signed(id_)
        return signed.user if signed else None

    def signed(self, id_: str) -> Signed | None:
        now_s = int(self._now_s())
        with self._database.reading() as connection:
            row = connection.execute(OWNER, {"hash": _hash(id_), "now_s": now_s}).first()
        if row is None:
            return None
        name, role, origin, *values = row
        session = Session(*values)
        return Signed(User(name, role, origin), session, abs(now_s - session.seen_s) >= self._seen_s)

    def touch(self, handle: str) -> None:
        """It is in use now."""
        now_s = int(self._now_s())
        until_s = now_s + self._limits.idle_s
        ends_s = sessions.c.ends_s
        expires_s = func.min if self._database.is_sqlite else func.least
        used = update(sessions).where(sessions.c.handle == handle, sessions.c.expires_s > now_s)
        with self._database.writing(is_lasting=False) as connection:
            connection.execute(used.values(seen_s=now_s, expires_s=expires_s(until_s, ends_s)))

    def find(self, user: str | None, most: int = MOST) -> list[Session]:
        """Those that live, last used first; None: of everybody."""
        asked = select(*READ).where(sessions.c.expires_s > int(self._now_s()))
        asked = asked if user is None else asked.where(sessions.c.user == user)
        with self._database.reading() as connection:
            found = connection.execute(asked.order_by(sessions.c.seen_s.desc(), sessions.c.handle).limit(most))
            return [Session(*row) for row in found]

    def end(self, id_: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(id_)))

    def end_handle(self, user: str, handle: str) -> bool:
        """Whether the user had it."""
        with self._database.writing() as connection:
            ended = delete(sessions).where(sessions.c.handle == handle, sessions.c.user == user)
            return connection.execute(ended).rowcount == 1

    def end_all(self, user: str, but: Sequence[str] = ()) -> int:
        """All of the user's but those with these handles; how many there were."""
        with self._database.writing() as connection:
            ended = delete(sessions).where(sessions.c.user == user, sessions.c.handle.not_in(but))
            return connection.execute(ended).rowcount

    @property
    def _seen_s(self) -> int:
        return min(SEEN_S, self._limits.idle_s // 4)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _kept(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("ascii").replace("\0", "\\x00")[:LONGEST]


def _hash(id_: str) -> str:
    """Of 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()
