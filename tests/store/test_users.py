from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.users import User, Users, first_password
from tests.store.sample import everything


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
