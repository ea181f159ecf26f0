from typing import Any

import pytest

from backend.engine import EngineError
from tests.engine.desk import PASSWORD, PREDICTION, Desk, Person

pytestmark = pytest.mark.serial


@pytest.fixture
def admin(desk: Desk) -> Person:
    return desk.person("admin")


def found(admin: Person, name: str) -> dict[str, Any]:
    return next(each for each in admin.ask("users")["users"] if each["username"] == name)


def can_sign_in(desk: Desk, name: str, password: str) -> bool:
    try:
        desk.engine.plain("sign_in", username=name, password=password)
    except EngineError as error:
        if error.code != "denied":
            raise
        return False
    return True


def test_one_who_is_added_can_sign_in_and_one_who_is_removed_cannot(desk: Desk, admin: Person) -> None:
    name = f"new-{admin.name}"
    made = admin.ask("add_user", username=name, password=PASSWORD)
    assert (made["username"], made["role"], made["origin"], made["is_locked"]) == (name, "user", "local", False)
    assert made["signed_in"] is None
    assert can_sign_in(desk, name, PASSWORD)
    assert found(admin, name)["signed_in"] is not None
    assert "argon2" not in str(admin.ask("users"))
    assert admin.ask("remove_user", username=name) == {"removed": True}
    assert not can_sign_in(desk, name, PASSWORD)
    assert admin.refused("remove_user", username=name).code == "not_found"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"username": "a b"}, "username"), ({"username": ""}, "username"), ({"password": "short"}, "password"),
        ({"role": "king"}, "role"), ({"password": "someone-new"}, "password"),
    ],
)  # fmt: skip
def test_what_is_no_user_is_named_by_its_field(admin: Person, params: dict[str, str], field: str) -> None:
    refused = admin.refused("add_user", **{"username": "someone-new", "password": PASSWORD, **params})
    assert (refused.code, refused.field) == ("bad_value", field)


def test_a_taken_name_is_told(admin: Person) -> None:
    refused = admin.refused("add_user", username=admin.name, password=PASSWORD)
    assert (refused.code, refused.field) == ("bad_value", "username")


def test_a_lock_ends_what_the_user_has_open_until_it_is_taken_away(desk: Desk, admin: Person) -> None:
    ann = desk.person()
    assert admin.ask("change_user", username=ann.name, is_locked=True)["is_locked"]
    assert ann.refused("session").code == "denied"
    assert not can_sign_in(desk, ann.name, PASSWORD)
    assert not admin.ask("change_user", username=ann.name, is_locked=False)["is_locked"]
    assert can_sign_in(desk, ann.name, PASSWORD)


def test_a_password_that_an_administrator_sets_ends_sessions(desk: Desk, admin: Person) -> None:
    ann = desk.person()
    admin.ask("change_user", username=ann.name, password="battery staple")
    assert ann.refused("session").code == "denied"
    assert can_sign_in(desk, ann.name, "battery staple")


def test_nobody_saws_at_what_he_sits_on(admin: Person) -> None:
    for change in ({"role": "user"}, {"is_locked": True}, {"password": "battery staple"}):
        assert admin.refused("change_user", username=admin.name, **change).code == "bad_value"
    assert admin.refused("remove_user", username=admin.name).code == "bad_value"


def test_only_administrators_may(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    name = {"username": bob.name}
    for call, params in (
        ("users", {}), ("add_user", {"username": "x", "password": PASSWORD}), ("change_user", name | {"role": "admin"}),
        ("change_user", {"username": ann.name, "role": "admin"}), ("remove_user", name),
    ):  # fmt: skip
        assert ann.refused(call, **params).code == "forbidden"


def test_one_with_tests_under_way_is_not_removed(desk: Desk, admin: Person) -> None:
    ann = desk.person()
    with desk.halted():
        job = ann.ask("submit", question=PREDICTION)["id"]
        refused = admin.refused("remove_user", username=ann.name)
        assert "has tests that have not ended" in refused.message
        assert ann.status(job) in ("queued", "running")
    ann.ended(job)
    admin.ask("remove_user", username=ann.name)
    assert admin.refused("job", job=job).code == "not_found"


@pytest.mark.parametrize("change", [{"role": "group"}, {"role": "king"}, {"password": ""}, {"is_locked": 1}])
def test_a_change_that_is_none_is_refused(desk: Desk, admin: Person, change: dict[str, object]) -> None:
    assert admin.refused("change_user", username=desk.person().name, **change).code == "bad_value"


def test_nobody_is_not_changed(admin: Person) -> None:
    refused = admin.refused("change_user", username="nobody", role="user")
    assert (refused.code, refused.field) == ("not_found", "username")
