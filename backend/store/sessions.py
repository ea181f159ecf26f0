"""Who is signed in: random ids with an owner and an end, kept only as hashes."""

import hashlib
import secrets
from collections.abc import Callable
from time import time

from sqlalchemy import bindparam, delete, insert, select

from backend.store.database import Database
from backend.store.schema import sessions, users
from backend.store.users import User

LIFETIME_S = 12 * 3600
OWNER = (  # asked for every request, so it is put together once
    select(users.c.name, users.c.role)
    .join(sessions, sessions.c.user == users.c.name)
    .where(sessions.c.hash == bindparam("hash"), sessions.c.expires_s > bindparam("now_s"))
)


class Sessions:
    def __init__(self, database: Database, now_s: Callable[[], float] = time) -> None:
        self._database = database
        self._now_s = now_s

    def begin(self, name: str) -> str:
        """The id of a new session. The database knows its hash alone, so a copy of it signs nobody in."""
        id_ = secrets.token_urlsafe(32)
        now_s = int(self._now_s())
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_s <= now_s))
            connection.execute(insert(sessions).values(hash=_hash(id_), user=name, expires_s=now_s + LIFETIME_S))
        return id_

    def user(self, id_: str) -> User | None:
        """Whose session it is, with the role that the user has now."""
        with self._database.reading() as connection:
            row = connection.execute(OWNER, {"hash": _hash(id_), "now_s": int(self._now_s())}).first()
        return User(row.name, row.role) if row else None

    def end(self, id_: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(id_)))


def _hash(id_: str) -> str:
    """Of 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()
