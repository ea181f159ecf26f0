from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import PAM, Change, User, Users, first_password
from tests.store.sample import NOON, everything, job


class CountingHasher(PasswordHasher):
    """Cheap parameters, and what work was done."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.work: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.work.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


@pytest.fixture
def hasher() -> CountingHasher:
    return CountingHasher()


@pytest.fixture
def users(database: Database, hasher: CountingHasher) -> Users:
    return Users(database, hasher)


def test_the_right_password_gives_the_user_and_a_wrong_one_none(users: Users) -> None:
    users.add("ann", "correct horse", "admin")
    assert users.authenticated("ann", "correct horse") == User("ann", "admin")
    assert users.authenticated("ann", "Correct horse") is None
    assert users.authenticated("bob", "correct horse") is None


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(users: Users, hasher: CountingHasher) -> None:
    users.add("ann", "correct horse")
    users.authenticated("ann", "wrong")
    users.authenticated("nobody", "wrong")
    known, unknown = hasher.work
    assert known == unknown


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800", "\0", "ü" * 500])
def test_strange_passwords_are_just_wrong(users: Users, password: str) -> None:
    users.add("ann", "x" * 1024)
    assert users.authenticated("ann", password) is None


@pytest.mark.parametrize("name", ["", "' OR 1=1 --", "\ud800", "a\0b"])
def test_strange_names_are_just_unknown(users: Users, name: str) -> None:
    users.add("ann", "correct horse")
    assert users.authenticated(name, "correct horse") is None


def test_a_taken_name_or_a_role_that_is_none_is_refused(users: Users) -> None:
    users.add("ann", "one")
    with pytest.raises(StoreError, match="ann"):
        users.add("ann", "two")
    with pytest.raises(StoreError, match="king"):
        users.add("bob", "two", "king")


def test_no_password_stands_in_the_database(users: Users, database: Database) -> None:
    users.add("ann", "correct horse")
    assert "ann" in everything(database)
    assert "correct horse" not in everything(database)


def test_threads_may_ask_at_once(users: Users) -> None:
    users.add("ann", "correct horse")
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: users.authenticated("ann", "correct horse" if at % 2 else "x"), range(40)))
    assert found == [None, User("ann", "user")] * 20


def test_of_two_who_take_a_name_at_once_one_gets_it(users: Users) -> None:
    def added(_: int) -> bool:
        try:
            users.add("ann", "correct horse")
        except StoreError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(added, range(4))) == [False, False, False, True]


def test_the_first_start_makes_an_admin_whose_password_only_the_owner_can_read(users: Users, tmp_path: Path) -> None:
    file = tmp_path / "first-password"
    password = first_password(users, file)
    assert password is not None
    assert users.authenticated("admin", password) == User("admin", "admin")
    assert file.read_text().strip() == password
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_start_keeps_the_first_password(users: Users, tmp_path: Path) -> None:
    password = first_password(users, tmp_path / "first-password")
    assert first_password(users, tmp_path / "first-password") == password


def test_a_first_password_that_is_no_longer_valid_is_forgotten(users: Users, tmp_path: Path) -> None:
    file = tmp_path / "first-password"
    users.add("admin", "my own", "admin")
    file.write_text("an old one\n")
    assert first_password(users, file) is None
    assert not file.exists()


def test_a_locked_account_is_told_like_a_wrong_password_and_costs_the_same(
    users: Users, hasher: CountingHasher
) -> None:
    users.add("root", "correct horse", "admin")
    users.add("ann", "correct horse")
    users.change("ann", Change(is_locked=True))
    assert users.authenticated("ann", "correct horse") is None
    assert users.authenticated("ann", "wrong") is None
    assert hasher.work[0] == hasher.work[1]
    users.change("ann", Change(is_locked=False))
    assert users.authenticated("ann", "correct horse") == User("ann", "user")


def test_somebody_whom_the_machine_knows_has_a_row_and_no_password_here(users: Users) -> None:
    assert users.admitted("bob", "user") == User("bob", "user", PAM)
    account = users.get("bob")
    assert account is not None
    assert (account.origin, account.has_own_role, account.is_locked, account.signed_in) == ("pam", False, False, None)
    assert not users.is_local("bob")
    for password in ("", "x", "\0"):
        assert users.authenticated("bob", password) is None
    with pytest.raises(StoreError, match="is the machine's"):
        users.change("bob", Change(password="correct horse"))
    assert not users.change_password("bob", "correct horse", "")


def test_a_group_gives_the_role_unless_it_was_set_here(users: Users) -> None:
    users.admitted("bob", "user")
    assert users.admitted("bob", "admin") == User("bob", "admin", PAM)
    users.add("ann", "correct horse", "admin")
    users.change("bob", Change(role="user", has_own_role=True))
    assert users.admitted("bob", "admin") == User("bob", "user", PAM)
    users.change("bob", Change(has_own_role=False))
    assert users.admitted("bob", "admin") == User("bob", "admin", PAM)


def test_a_local_account_is_nobody_elses_and_a_locked_one_gets_in_nowhere(users: Users) -> None:
    users.add("ann", "correct horse")
    assert users.admitted("ann", "admin") is None
    users.admitted("bob", "user")
    users.change("bob", Change(is_locked=True))
    assert users.admitted("bob", "admin") is None
    assert [(each.name, each.role, each.is_locked) for each in users.find()] == [
        ("ann", "user", False), ("bob", "user", True),
    ]  # fmt: skip


def test_one_administrator_always_stays(users: Users) -> None:
    users.add("ann", "correct horse", "admin")
    users.add("bob", "correct horse")
    for change in (Change(role="user"), Change(is_locked=True)):
        with pytest.raises(StoreError, match="nobody would be left"):
            users.change("ann", change)
    with pytest.raises(StoreError, match="nobody would be left"):
        users.remove("ann")
    users.change("bob", Change(role="admin"))
    assert users.remove("ann")
    assert [each.name for each in users.find()] == ["bob"]


def test_nobody_inherits_what_a_removed_user_had(users: Users, database: Database) -> None:
    users.add("ann", "correct horse")
    session, token = Sessions(database).begin("ann"), Tokens(database).add("ann", "nightly", ["read"])[1]
    jobs = Jobs(database)
    jobs.keep([job(1), job(2, ended=NOON), job(3, user="bob", ended=NOON)])
    with pytest.raises(StoreError, match="has tests that have not ended"):
        users.remove("ann")
    assert Sessions(database).user(session) is not None
    jobs.keep([job(1, ended=NOON)])
    assert users.remove("ann")
    assert not users.remove("ann")
    users.add("ann", "another one")
    assert Sessions(database).user(session) is None
    assert Tokens(database).holder(token) is None
    assert [jobs.get(f"job{number}") is None for number in (1, 2, 3)] == [True, True, False]


def test_a_new_password_ends_sessions(users: Users, database: Database) -> None:
    users.add("ann", "correct horse")
    sessions = Sessions(database)
    ids = [sessions.begin("ann") for _ in range(3)]
    mine = sessions.signed(ids[0])
    assert mine is not None
    assert users.change_password("ann", "battery staple", mine.session.handle)
    assert [sessions.user(id_) is not None for id_ in ids] == [True, False, False]
    assert users.authenticated("ann", "battery staple") == User("ann", "user")
    users.change("ann", Change(password="third one"))
    assert sessions.user(ids[0]) is None
    assert users.authenticated("ann", "battery staple") is None


def test_the_last_sign_in_is_known(users: Users, database: Database) -> None:
    users.add("ann", "correct horse")
    Sessions(database, NOON.timestamp).begin("ann")
    (account,) = users.find()
    assert account.signed_in == NOON.replace(microsecond=0)
    assert account.created.tzinfo is not None


@pytest.mark.parametrize("change", [Change(), Change(role="user"), Change(is_locked=True)])
def test_nobody_is_not_changed(users: Users, change: Change) -> None:
    assert users.change("nobody", change) is None


def test_a_role_that_is_none_is_refused(users: Users) -> None:
    users.add("ann", "correct horse")
    with pytest.raises(StoreError, match="'king' is no role"):
        users.change("ann", Change(role="king"))
