from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.engine.asked.passwords import Groups, Known, Machine, Passwords
from backend.store.database import open_database
from backend.store.users import Change, User, Users
from tests.engine.desk import QUICK
from tests.engine.running.stage import on_loop

GROUPS = Groups("tsim-admin", "staff")
ASKED: list[str] = []


def known(name: str, password: str, address: str) -> Known | None:
    """A machine with two users whose password is right."""
    ASKED.append(name)
    groups = {"Bob": ("staff",), "bob": ("staff",), "carl": ("tsim-admin",), "dan": ("others",), "ann": ("tsim-admin",)}
    return Known(name.lower(), groups[name]) if name in groups and password == "right" else None


@pytest.fixture
def users(tmp_path: Path) -> Iterator[Users]:
    ASKED.clear()
    with closing(open_database(tmp_path / "db")) as database:
        found = Users(database, QUICK)
        found.add("ann", "her own", "user")
        found.add("root", "correct horse", "admin")
        yield found


@on_loop
async def test_who_has_an_account_here_is_not_asked_for_at_the_machine(users: Users) -> None:
    passwords = Passwords(users, Machine(known, GROUPS))
    assert await passwords.user("ann", "her own", "") == User("ann", "user")
    assert await passwords.user("ann", "right", "") is None, "though it is right there"
    assert ASKED == []


@on_loop
async def test_users_of_the_machine_get_in_by_their_groups(users: Users) -> None:
    passwords = Passwords(users, Machine(known, GROUPS))
    assert await passwords.user("bob", "right", "") == User("bob", "user", "pam")
    assert await passwords.user("carl", "right", "") == User("carl", "admin", "pam")
    assert await passwords.user("dan", "right", "") is None
    assert await passwords.user("bob", "wrong", "") is None
    assert await passwords.user("eve", "right", "") is None
    assert [account.name for account in users.find()] == ["ann", "bob", "carl", "root"]
    everybody = Passwords(users, Machine(known, Groups("tsim-admin")))
    assert await everybody.user("dan", "right", "") == User("dan", "user", "pam")


@on_loop
async def test_a_name_that_the_machine_writes_otherwise_is_the_same_user(users: Users) -> None:
    passwords = Passwords(users, Machine(known, GROUPS))
    users.admitted("bob", "user")
    users.change("bob", Change(is_locked=True))
    assert await passwords.user("Bob", "right", "") is None
    assert [account.name for account in users.find()] == ["ann", "bob", "root"]


@on_loop
async def test_what_no_machine_takes_is_not_asked(users: Users) -> None:
    passwords = Passwords(users, Machine(known, GROUPS))
    for name, password in (
        ("bob", ""), ("", "right"), ("b" * 65, "right"), ("bob\n", "right"), ("bob", "a\0"), ("böb", "right"),
        ("bob", "\ud800"), ("bob", "x" * 1025),
    ):  # fmt: skip
        assert await passwords.user(name, password, "") is None
    assert ASKED == []


@on_loop
async def test_without_a_machine_its_users_are_nobody(users: Users) -> None:
    users.admitted("bob", "user")
    assert await Passwords(users).user("bob", "right", "") is None
    assert ASKED == []
