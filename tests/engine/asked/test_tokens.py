from datetime import UTC, datetime, timedelta

import pytest

from backend.engine.asked.tokens import MOST
from tests.engine.desk import Desk, Person
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


@pytest.fixture
def ann(desk: Desk) -> Person:
    return desk.person()


def test_the_secret_is_told_once_and_never_again(desk: Desk, ann: Person) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    made = ann.ask("create_token", name="nightly", scopes=["test", "read", "read"], expires=until.isoformat())
    secret = made.pop("token")
    assert secret.startswith("tsim_")
    assert (made["name"], made["scopes"], made["used"]) == ("nightly", ["read", "test"], None)
    assert ann.ask("tokens") == {"tokens": [made]}
    assert desk.engine.plain("session", token=secret)["scopes"] == ["read", "test"]
    wait_for(lambda: ann.ask("tokens")["tokens"][0]["used"], "its last use to be kept")


def test_one_that_is_removed_opens_nothing_and_those_of_others_stay(desk: Desk, ann: Person) -> None:
    made = ann.ask("create_token", name="nightly", scopes=["read"])
    assert desk.person().refused("remove_token", id=made["id"]).code == "not_found"
    assert ann.ask("session", token=made["token"])["username"] == ann.name
    assert ann.ask("remove_token", id=made["id"]) == {"removed": True}
    assert ann.refused("session", token=made["token"]).code == "denied"
    assert ann.refused("remove_token", id=made["id"]).code == "not_found"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"scopes": []}, "scopes"), ({"scopes": ["root"]}, "scopes[0]"), ({"name": ""}, "name"),
        ({"name": " "}, "name"), ({"name": "a\n"}, "name"),
        ({"name": "x" * 101}, "name"), ({"expires": "2020-01-01T00:00:00Z"}, "expires"),
        ({"expires": "2099-01-01"}, "expires"), ({"expires": 5}, "expires"),
    ],
)  # fmt: skip
def test_what_is_no_token_is_named_by_its_field(ann: Person, params: dict[str, object], field: str) -> None:
    refused = ann.refused("create_token", **{"name": "nightly", "scopes": ["read"], **params})
    assert (refused.code, refused.field) == ("bad_value", field)
    assert ann.ask("tokens")["tokens"] == []


def test_a_token_makes_no_token_that_is_good_for_more(ann: Person) -> None:
    reading = ann.ask("create_token", name="r", scopes=["read"])["token"]
    managing = ann.ask("create_token", name="a", scopes=["admin"])["token"]
    assert ann.refused("create_token", token=reading, name="x", scopes=["read"]).code == "forbidden"
    refused = ann.refused("create_token", token=managing, name="x", scopes=["admin", "test"])
    assert (refused.code, refused.field) == ("forbidden", "scopes")
    assert ann.ask("create_token", token=managing, name="x", scopes=["admin"])["scopes"] == ["admin"]


def test_nobody_has_tokens_without_end(ann: Person) -> None:
    for _ in range(MOST):
        ann.ask("create_token", name="one", scopes=["read"])
    assert ann.refused("create_token", name="one more", scopes=["read"]).code == "bad_value"
