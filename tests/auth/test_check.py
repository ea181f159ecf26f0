"""The PAM of this machine, and a user who is there for these tests only."""

import pytest

from backend.auth.check import checked, warm_up
from backend.auth.protocol import Answer, Question
from tests.auth.person import PASSWORD, Person

pytestmark = [pytest.mark.root, pytest.mark.serial]


def answer(ann: Person, name: str | None = None, password: str = PASSWORD) -> Answer:
    return checked(Question(ann.name if name is None else name, password), ann.service)


def test_the_right_password_is_right_and_the_groups_are_those_of_the_machine(ann: Person) -> None:
    warm_up()
    found = answer(ann)
    assert (found.is_right, found.username, found.trouble) == (True, ann.name, "")
    assert ann.group in found.groups
    assert "shadow" not in found.groups


@pytest.mark.parametrize(
    "password", ["", "wrong", PASSWORD + " ", PASSWORD[:-1], "a\0b", PASSWORD + "\0", "\ud800", "x" * 5000]
)
def test_any_other_is_wrong(ann: Person, password: str) -> None:
    assert answer(ann, password=password) == Answer()


@pytest.mark.parametrize("name", ["", "nobody-of-this-name", "bin", "a\0b", "\ud800", "../etc", "x" * 5000])
def test_who_is_nobody_or_has_no_password_is_told_the_same(ann: Person, name: str) -> None:
    assert answer(ann, name) == Answer()


def test_locked_and_expired_accounts_are_refused_like_a_wrong_password(ann: Person) -> None:
    for refuse, allow in (
        (("usermod", "--lock"), ("usermod", "--unlock")),
        (("chage", "-E", "1"), ("chage", "-E", "-1")),
        (("chage", "-d", "0"), ("chage", "-d", "20000")),
    ):
        ann.change(*refuse)
        assert answer(ann) == Answer(), refuse
        ann.change(*allow)
        assert answer(ann).is_right, allow


def test_an_empty_password_is_never_right(ann: Person) -> None:
    ann.change("passwd", "-q", "-d")
    try:
        assert answer(ann, password="") == Answer()
        assert checked(Question(ann.name, ""), "other") == Answer(), "whatever a service allows"
    finally:
        ann.set_password()
    assert answer(ann).is_right
