from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from backend.store.database import Database
from backend.store.schema import sessions as table
from backend.store.schema import users as user_table
from backend.store.sessions import LIFETIME_S, Sessions
from backend.store.users import User, Users
from tests.store.sample import everything


class Clock:
    now_s = 1_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def database(database: Database) -> Database:
    Users(database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)).add("ann", "correct horse")
    return database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(database: Database, clock: Clock) -> Sessions:
    return Sessions(database, clock)


def test_a_session_survives_a_restart_and_ends_once(
    sessions: Sessions, opened: Callable[[], Database], clock: Clock
) -> None:
    one, other = sessions.begin("ann"), sessions.begin("ann")
    again = Sessions(opened(), clock)
    assert again.user(one) == User("ann", "user")
    again.end(one)
    assert again.user(one) is None
    assert again.user(other) == User("ann", "user")


def test_a_session_ends_by_itself_and_is_forgotten(sessions: Sessions, database: Database, clock: Clock) -> None:
    old = sessions.begin("ann")
    clock.now_s += LIFETIME_S - 1
    assert sessions.user(old) is not None
    clock.now_s += 1
    assert sessions.user(old) is None
    sessions.begin("ann")
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar() == 1


def test_a_new_role_holds_at_once(sessions: Sessions, database: Database) -> None:
    id_ = sessions.begin("ann")
    with database.writing() as connection:
        connection.execute(update(user_table).values(role="admin"))
    assert sessions.user(id_) == User("ann", "admin")


def test_the_database_holds_no_id_that_would_sign_anybody_in(sessions: Sessions, database: Database) -> None:
    id_ = sessions.begin("ann")
    assert "ann" in everything(database)
    assert id_ not in everything(database)


@pytest.mark.parametrize("id_", ["", "' OR 1=1 --", "\ud800", "a\0b", "x" * 100_000])
def test_strange_ids_are_nobodys(sessions: Sessions, id_: str) -> None:
    sessions.begin("ann")
    assert sessions.user(id_) is None
    sessions.end(id_)
