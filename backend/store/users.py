"""Local accounts: who may sign in, with passwords as argon2id hashes."""

import secrets
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct
from sqlalchemy import Row, insert, select
from sqlalchemy.exc import IntegrityError

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.schema import users
from backend.store.secret import read_secret, write_secret

PASSWORD_LIMIT = 1024
FIRST_NAME = "admin"


class User(Struct, frozen=True):
    name: str
    role: str


class Users:
    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._hash_of_nobody = self._hasher.hash(secrets.token_urlsafe(16))

    def add(self, name: str, password: str, role: str = "user") -> User:
        row = {"name": name, "password_hash": self._hasher.hash(password), "role": role}
        with self._database.writing() as connection:
            try:
                connection.execute(insert(users).values(row))
            except IntegrityError as error:
                raise StoreError(f"user {name!r} cannot be added: the name is taken or {role!r} is no role") from error
        return User(name, role)

    def is_empty(self) -> bool:
        with self._database.reading() as connection:
            return connection.execute(select(users.c.name).limit(1)).first() is None

    def authenticated(self, name: str, password: str) -> User | None:
        """The user, if the password is right. An unknown name costs the same work as a wrong password."""
        row = self._row(name) if name.isprintable() else None  # no half surrogate, no NUL: SQL takes neither
        stored = row.password_hash if row else self._hash_of_nobody
        is_right = self._matches(stored, password[: PASSWORD_LIMIT + 1]) and len(password) <= PASSWORD_LIMIT
        return User(row.name, row.role) if row and is_right else None

    def _row(self, name: str) -> Row[Any] | None:
        with self._database.reading() as connection:
            return connection.execute(select(users).where(users.c.name == name)).first()

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


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
