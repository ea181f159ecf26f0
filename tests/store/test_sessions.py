from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from backend.store.database import Database
from backend.store.schema import sessions as table
from backend.store.schema import users as user_table
from backend.store.sessions import LIFETIME_S, LONGEST, MOST, SEEN_S, Limits, Sessions
from backend.store.users import LOCAL, PAM, Change, User, Users
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


def test_it_is_known_whose_password_the_machine_has(sessions: Sessions, database: Database) -> None:
    Users(database).admitted("bob", "user")
    assert [sessions.user(sessions.begin(name)) for name in ("ann", "bob")] == [
        User("ann", "user", LOCAL),
        User("bob", "user", PAM),
    ]


def test_a_session_ends_by_itself_and_is_forgotten(database: Database, clock: Clock) -> None:
    sessions = Sessions(database, clock, Limits(idle_s=2 * LIFETIME_S))
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


def used(sessions: Sessions, id_: str) -> bool:
    """As the engine does it."""
    signed = sessions.signed(id_)
    if signed is not None and signed.is_to_touch:
        sessions.touch(signed.session.handle)
    return signed is not None


def test_one_that_nobody_uses_ends_sooner_and_no_use_keeps_it_for_ever(database: Database, clock: Clock) -> None:
    sessions = Sessions(database, clock, Limits(lifetime_s=3600, idle_s=600))
    busy, idle = sessions.begin("ann"), sessions.begin("ann")
    for _ in range(7):
        clock.now_s += 500
        assert used(sessions, busy)
    assert not used(sessions, idle)
    clock.now_s += 99
    assert used(sessions, busy)
    clock.now_s += 1
    assert not used(sessions, busy)


def test_not_each_use_is_written_down(sessions: Sessions, clock: Clock) -> None:
    id_ = sessions.begin("ann")
    for after_s, expected in ((0, False), (SEEN_S - 1, False), (SEEN_S, True), (-SEEN_S, True)):
        clock.now_s = 1_000_000.0 + after_s
        signed = sessions.signed(id_)
        assert signed is not None
        assert signed.is_to_touch == expected


def test_its_owner_can_see_from_where_it_is_used(sessions: Sessions, clock: Clock) -> None:
    id_ = sessions.begin("ann", "10.0.0.1", "Mozilla/5.0 \ud800\0" + "x" * 1000)
    clock.now_s += 100
    assert used(sessions, id_)
    (found,) = sessions.find("ann")
    assert (found.user, found.address, found.created_s, found.seen_s) == ("ann", "10.0.0.1", 1_000_000, 1_000_100)
    assert found.agent.startswith("Mozilla/5.0 \\ud800\\x00xxx")
    assert len(found.agent) == LONGEST
    assert sessions.user(found.handle) is None


def test_one_or_all_but_one_can_be_ended_by_their_handles(sessions: Sessions, database: Database) -> None:
    Users(database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)).add("bob", "correct horse")
    ids = [sessions.begin("ann") for _ in range(3)]
    other = sessions.begin("bob")
    first = sessions.signed(ids[0])
    second = sessions.signed(ids[1])
    assert first is not None
    assert second is not None
    assert not sessions.end_handle("bob", first.session.handle), "it is somebody else's"
    assert sessions.end_handle("ann", first.session.handle)
    assert sessions.user(ids[0]) is None
    assert sessions.end_all("ann", [second.session.handle]) == 1
    assert [sessions.user(id_) is not None for id_ in (*ids, other)] == [False, True, False, True]
    assert sessions.end_all("ann") == 1


def test_a_user_has_only_so_many_and_the_ones_used_longest_ago_go(sessions: Sessions, clock: Clock) -> None:
    ids = []
    for _ in range(MOST + 2):
        clock.now_s += 1
        ids.append(sessions.begin("ann"))
    assert [sessions.user(id_) is None for id_ in ids] == [True] * 2 + [False] * MOST


def test_a_locked_user_has_none(sessions: Sessions, database: Database) -> None:
    id_ = sessions.begin("ann")
    Users(database).change("ann", Change(is_locked=True))
    assert sessions.user(id_) is None
    assert sessions.user(sessions.begin("ann")) is None, "also where the password was looked at before the lock"
    Users(database).change("ann", Change(is_locked=False))
    assert sessions.user(id_) is None, "it was ended"
