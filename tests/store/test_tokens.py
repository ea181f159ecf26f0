from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.schema import users as user_table
from backend.store.tokens import Tokens
from backend.store.users import User
from tests.store.sample import NOON, everything


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(database: Database, clock: Clock) -> Tokens:
    with database.writing() as connection:
        connection.execute(user_table.insert().values(name="ann", password_hash="", role="user"))
        connection.execute(user_table.insert().values(name="bob", password_hash="", role="user"))
    return Tokens(database, clock)


def test_a_token_opens_what_it_is_for_also_after_a_restart(tokens: Tokens, opened: Callable[[], Database]) -> None:
    token, secret = tokens.add("ann", "nightly", ["test", "read", "read"])
    holder = Tokens(opened()).holder(secret)
    assert holder is not None
    assert holder.user == User("ann", "user", "pam")
    assert holder.token == token
    assert token.scopes == ("read", "test")
    assert secret.startswith("tsim_")


def test_the_database_holds_no_secret(tokens: Tokens, database: Database) -> None:
    token, secret = tokens.add("ann", "nightly", ["read"])
    assert token.id in everything(database)
    assert secret not in everything(database)
    assert tokens.holder(token.id) is None


def test_it_ends_when_it_expires_and_stays_in_the_list(tokens: Tokens, clock: Clock) -> None:
    token, secret = tokens.add("ann", "nightly", [], NOON + timedelta(days=1))
    _, other = tokens.add("ann", "forever", [])
    clock.now += timedelta(days=1, microseconds=-1)
    assert tokens.holder(secret) is not None
    clock.now += timedelta(microseconds=1)
    assert tokens.holder(secret) is None
    assert tokens.holder(other) is not None
    assert token.id in [found.id for found in tokens.find("ann")]


def is_to_touch(tokens: Tokens, secret: str) -> bool:
    holder = tokens.holder(secret)
    assert holder is not None
    return holder.is_to_touch


def test_the_last_use_is_known_to_the_minute(tokens: Tokens, clock: Clock) -> None:
    token, secret = tokens.add("ann", "nightly", [])
    assert tokens.find("ann")[0].used is None
    assert is_to_touch(tokens, secret)
    tokens.touch(token.id)
    assert tokens.find("ann")[0].used == NOON
    for moved, expected in ((timedelta(seconds=59), False), (timedelta(seconds=61), True), (timedelta(-300), True)):
        clock.now = NOON + moved
        assert is_to_touch(tokens, secret) == expected


def test_one_of_a_locked_user_opens_nothing_until_the_user_is_unlocked(tokens: Tokens, database: Database) -> None:
    _, secret = tokens.add("ann", "nightly", [])
    for is_locked in (True, False):
        with database.writing() as connection:
            connection.execute(update(user_table).where(user_table.c.name == "ann").values(is_locked=is_locked))
        assert (tokens.holder(secret) is None) == is_locked


def test_only_its_user_can_remove_it(tokens: Tokens) -> None:
    token, secret = tokens.add("ann", "nightly", [])
    assert not tokens.remove("bob", token.id)
    assert tokens.holder(secret) is not None
    assert tokens.remove("ann", token.id)
    assert tokens.holder(secret) is None
    assert tokens.find("ann") == []


def test_it_has_the_role_that_its_user_has_now_and_goes_with_the_user(tokens: Tokens, database: Database) -> None:
    _, secret = tokens.add("ann", "nightly", [])
    with database.writing() as connection:
        connection.execute(update(user_table).where(user_table.c.name == "ann").values(role="admin"))
    holder = tokens.holder(secret)
    assert holder is not None
    assert holder.user == User("ann", "admin", "pam")
    with database.writing() as connection:
        connection.execute(delete(user_table).where(user_table.c.name == "ann"))
    assert tokens.holder(secret) is None


@pytest.mark.parametrize("secret", ["", "tsim_", "' OR 1=1 --", "\ud800", "a\0b", "x" * 100_000])
def test_strange_secrets_are_nobodys(tokens: Tokens, secret: str) -> None:
    tokens.add("ann", "nightly", [])
    assert tokens.holder(secret) is None


@pytest.mark.parametrize("scope", ["", "two words", "a\n", "a\0"])
def test_a_scope_is_one_word(tokens: Tokens, scope: str) -> None:
    with pytest.raises(StoreError, match="is no scope"):
        tokens.add("ann", "nightly", ["read", scope])


def test_nobody_gets_none(tokens: Tokens) -> None:
    with pytest.raises(StoreError, match="there is no user 'eve'"):
        tokens.add("eve", "nightly", [])
