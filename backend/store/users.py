"""Who may sign in: local accounts, with passwords as argon2id hashes, and those whose password the machine knows."""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION
from msgspec import Struct
from sqlalchemy import Connection, Row, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from backend.store.bounds import is_text
from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.jobs import remove_jobs
from backend.store.schema import ROLES, jobs, sessions, users
from backend.store.secret import read_secret, write_secret

PASSWORD_LIMIT = 1024
NAME_LIMIT = 64
FIRST_NAME = "admin"
LOCAL = "local"
PAM = "pam"
ORIGIN = case((users.c.password_hash == "", PAM), else_=LOCAL).label("origin")
READ = select(users, ORIGIN)


class User(Struct, frozen=True):
    name: str
    role: str
    origin: str = LOCAL
    """`local`, or `pam`: the machine knows the password."""


class Account(Struct, frozen=True):
    name: str
    role: str
    origin: str
    """`local`, or `pam`: the machine knows the password."""
    has_own_role: bool
    """Of those whom the machine knows: whether somebody set it here; else a group decides."""
    is_locked: bool
    created: datetime
    signed_in: datetime | None


class Change(Struct, frozen=True):
    """What is None stays."""

    role: str | None = None
    has_own_role: bool | None = None
    password: str | None = None
    is_locked: bool | None = None


class Users:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._hash_of_nobody = _of_nobody(self._hasher)

    def add(self, name: str, password: str, role: str = "user") -> User:
        row = {"name": name, "password_hash": self._hasher.hash(password), "role": role, "has_own_role": True}
        with self._database.writing() as connection:
            try:
                connection.execute(insert(users).values(row))
            except IntegrityError as error:
                raise StoreError(f"user {name!r} cannot be added: the name is taken or {role!r} is no role") from error
        return User(name, role)

    def is_empty(self) -> bool:
        with self._database.reading() as connection:
            return connection.execute(select(users.c.name).limit(1)).first() is None

    def is_local(self, name: str) -> bool:
        row = self._row(name)
        return row is not None and row.origin == LOCAL

    def authenticated(self, name: str, password: str) -> User | None:
        """The user, if the password is right. An unknown or locked name costs the same work as a wrong password."""
        row = self._row(name)
        stored = row.password_hash if row and row.password_hash else self._hash_of_nobody
        is_right = self._matches(stored, password[: PASSWORD_LIMIT + 1]) and len(password) <= PASSWORD_LIMIT
        return User(row.name, row.role) if row and row.password_hash and is_right and not row.is_locked else None

    def admitted(self, name: str, role: str) -> User | None:
        """Somebody whose password the machine found right, who gets this role unless another was set here. None for
        one who is locked, and for a name that is somebody else's here.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(users).where(users.c.name == name)).first()
            if row is None:
                connection.execute(insert(users).values(name=name, password_hash="", role=role))
                return User(name, role, PAM)
            if row.password_hash or row.is_locked:
                return None
            if row.has_own_role or row.role == role:
                return User(name, row.role, PAM)
            connection.execute(update(users).where(users.c.name == name).values(role=role))
            return User(name, role, PAM)

    def find(self) -> list[Account]:
        """By name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(READ.order_by(users.c.name))]

    def get(self, name: str) -> Account | None:
        row = self._row(name)
        return _account(row) if row else None

    def change(self, name: str, change: Change) -> Account | None:
        """None where there is nobody of that name. With a new password or a lock, the user's sessions end."""
        values: dict[str, object] = {
            field: value
            for field in ("role", "has_own_role", "is_locked")
            if (value := getattr(change, field)) is not None
        }
        if change.password is not None:
            values["password_hash"] = self._hasher.hash(change.password)
        if change.role is not None and change.role not in ROLES:
            raise StoreError(f"{change.role!r} is no role; there are {', '.join(ROLES)}")
        with self._database.writing() as connection, _keeping_an_admin(connection):
            if change.password is not None and not _is_local(connection, name):
                raise StoreError(f"the password of {name!r} is the machine's, not kept here")
            if values and connection.execute(update(users).where(users.c.name == name).values(values)).rowcount == 0:
                return None
            if change.password is not None or change.is_locked:
                connection.execute(delete(sessions).where(sessions.c.user == name))
        return self.get(name)

    def change_password(self, name: str, password: str, but: str) -> bool:
        """Of a local user, whose sessions end but the one with this handle."""
        hashed = self._hasher.hash(password)
        with self._database.writing() as connection:
            if not _is_local(connection, name):
                return False
            connection.execute(update(users).where(users.c.name == name).values(password_hash=hashed))
            connection.execute(delete(sessions).where(sessions.c.user == name, sessions.c.handle != but))
            return True

    def remove(self, name: str) -> bool:
        """With all that is the user's, so that nobody finds it who gets the name later. Whether there was one; a
        StoreError while a test of the user waits or runs.
        """
        with self._database.writing() as connection, _keeping_an_admin(connection):
            if connection.execute(delete(users).where(users.c.name == name)).rowcount == 0:
                return False
            found = connection.execute(select(jobs.c.id, jobs.c.ended).where(jobs.c.user == name)).all()
            if any(job.ended is None for job in found):
                raise StoreError(f"user {name!r} has tests that have not ended: cancel them, or lock the user")
            for at in range(0, len(found), 500):
                remove_jobs(connection, [job.id for job in found[at : at + 500]])
            return True

    def _row(self, name: str) -> Row[Any] | None:
        if not name.isprintable() or not is_text(name):
            return None
        with self._database.reading() as connection:
            return connection.execute(READ.where(users.c.name == name)).first()

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def _of_nobody(hasher: PasswordHasher) -> str:
    """No password's hash, with which each costs what it costs with a real one. Made without that work: each start would
    wait for it.
    """
    salt, found = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${found}"


def _account(row: Row[Any]) -> Account:
    created = row.created if row.created.tzinfo else row.created.replace(tzinfo=UTC)  # SQLite's now() is in UTC
    return Account(row.name, row.role, row.origin, row.has_own_role, row.is_locked, created, row.signed_in)


def _is_local(connection: Connection, name: str) -> bool:
    return bool(connection.scalar(select(users.c.password_hash).where(users.c.name == name)))


@contextmanager
def _keeping_an_admin(connection: Connection) -> Iterator[None]:
    admins = select(func.count()).where(users.c.role == "admin", ~users.c.is_locked)
    before = connection.scalar(admins)
    yield
    if before and not connection.scalar(admins):
        raise StoreError("nobody would be left who may manage this: keep one administrator who is not locked")


def first_password(users_: Users, file: Path) -> str | None:
    """Make the first user where there is none; its password while it is valid, which the file keeps till then."""
    if users_.is_empty():
        password = secrets.token_urlsafe(12)
        write_secret(file, password)  # before the user exists: a password that nobody knows helps nobody
        users_.add(FIRST_NAME, password, "admin")
        return password
    kept = read_secret(file)
    if kept is not None and users_.authenticated(FIRST_NAME, kept) is None:
        file.unlink(missing_ok=True)
        return None
    return kept
