"""Tokens of programs: a user's, with what they may do and until when, kept only as hashes."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.schema import tokens, users
from backend.store.users import ORIGIN, User

MARK = "tsim_"
"""What secrets begin with, so that people and programs know one where it should not be."""
USED_S = 60
"""The last use is known to this; else each request would write."""


class Token(Struct, frozen=True):
    id: str
    """For lists; it opens nothing."""
    user: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    used: datetime | None = None


class Holder(Struct, frozen=True):
    user: User
    token: Token
    is_to_touch: bool = False
    """It was used for the first time in a while: `touch` should say so."""


READ = [tokens.c[name] for name in Token.__struct_fields__]


class Tokens:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(self, database: Database, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._database = database
        self._now = now

    def add(self, user: str, name: str, scopes: Collection[str], expires: datetime | None = None) -> tuple[Token, str]:
        """With its secret, which nobody can find out later."""
        for scope in scopes:
            if not scope or not scope.isprintable() or " " in scope:
                raise StoreError(f"{scope!r} is no scope of a token: expected one word")
        secret = MARK + secrets.token_urlsafe(32)
        token = Token(secrets.token_hex(8), user, name, tuple(sorted(set(scopes))), self._now(), expires)
        row = {
            "id": token.id,
            "hash": _hash(secret),
            "user": user,
            "name": name,
            "scopes": " ".join(token.scopes),
            "created": token.created,
            "expires": expires,
        }
        with self._database.writing() as connection:
            try:
                connection.execute(insert(tokens).values(row))
            except IntegrityError as error:
                raise StoreError(f"a token cannot be added: there is no user {user!r}") from error
        return token, secret

    def holder(self, secret: str) -> Holder | None:
        """Whose it is, with the role that the user has now; None for one that is unknown, expired, removed or of
        a user who is locked.
        """
        now = self._now()
        who = (users.c.name.label("owner"), users.c.role, ORIGIN)
        asked = select(*who, *READ).join(users, users.c.name == tokens.c.user)
        with self._database.reading() as connection:
            row = connection.execute(asked.where(tokens.c.hash == _hash(secret), ~users.c.is_locked)).first()
        if row is None or (row.expires is not None and row.expires <= now):
            return None
        is_to_touch = row.used is None or abs(now - row.used) >= timedelta(seconds=USED_S)
        return Holder(User(row.owner, row.role, row.origin), _token(row), is_to_touch)

    def touch(self, id_: str) -> None:
        """It is in use now."""
        with self._database.writing(is_lasting=False) as connection:
            connection.execute(update(tokens).where(tokens.c.id == id_).values(used=self._now()))

    def find(self, user: str) -> list[Token]:
        """Newest first, with those that have expired."""
        asked = select(*READ).where(tokens.c.user == user).order_by(tokens.c.created.desc(), tokens.c.id)
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(asked)]

    def remove(self, user: str, id_: str) -> bool:
        """Whether the user had it."""
        with self._database.writing() as connection:
            return connection.execute(delete(tokens).where(tokens.c.id == id_, tokens.c.user == user)).rowcount == 1


def _token(row: Row[*tuple[object, ...]]) -> Token:
    values = {name: getattr(row, name) for name in Token.__struct_fields__}
    return Token(**values | {"scopes": tuple(values["scopes"].split())})


def _hash(secret: str) -> str:
    """Of 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
