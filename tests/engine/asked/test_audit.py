from typing import Any

import pytest

from backend.engine import EngineError
from tests.engine.desk import PASSWORD, Desk, Person
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


@pytest.fixture
def admin(desk: Desk) -> Person:
    return desk.person("admin")


def told(admin: Person, number: int, **sought: Any) -> list[tuple[str, str]]:
    """What was done and how it came out, first things first, as soon as there are so many."""

    def entries() -> list[Any]:
        found: list[Any] = admin.ask("audit", **sought)["entries"]
        return found

    wait_for(lambda: len(entries()) >= number, f"{number} entries of {sought}")
    return [(entry["what"], entry["outcome"]) for entry in reversed(entries())]


def test_what_somebody_does_is_written_down_with_where_it_came_from(desk: Desk, admin: Person) -> None:
    ann = desk.person()
    with pytest.raises(EngineError):
        desk.engine.plain("sign_in", username=ann.name, password="wrong", address="192.0.2.5")
    signed = desk.engine.plain("sign_in", username=ann.name, password=PASSWORD, address="192.0.2.5")
    person = Person(desk.engine, ann.name, signed["session"])
    job = person.submit()
    person.ended(job)
    person.ask("cancel", job=job)
    person.ask("remove", job=job)
    token = person.ask("create_token", name="nightly", scopes=["read"])
    person.ask("remove_token", id=token["id"], address="192.0.2.6")
    person.ask("change_password", old=PASSWORD, new="battery staple")
    person.ask("sign_out")
    expected = [
        ("sign in", "wrong"), ("sign in", "done"), ("submit", "done"), ("remove", "done"), ("create token", "done"),
        ("remove token", "done"), ("change password", "done"), ("sign out", "done"),
    ]  # fmt: skip
    assert told(admin, len(expected), who=ann.name) == expected
    entries = admin.ask("audit", who=ann.name)["entries"]
    assert [entry["address"] for entry in entries] == ["192.0.2.5"] * 2 + ["192.0.2.6"] + ["192.0.2.5"] * 5
    assert {entry["object"] for entry in entries if entry["what"] in ("submit", "remove")} == {job}
    secrets = (PASSWORD, "battery staple", "wrong", token["token"], signed["session"])
    assert not any(
        secret in entry[name] for entry in entries for name in ("who", "what", "object") for secret in secrets
    )


def test_what_administrators_do_to_others_and_to_networks_too(desk: Desk, admin: Person) -> None:
    name = f"by-{admin.name}"
    admin.ask("add_user", username=name, password=PASSWORD)
    admin.ask("change_user", username=name, is_locked=True, role="admin")
    admin.ask("end_sessions", user=name)
    admin.ask("remove_user", username=name)
    admin.ask("activate", network=admin.ask("reload")["active"])
    admin.ask("cleanup")
    told(admin, 7, who=admin.name)
    found = [(entry["what"], entry["object"]) for entry in reversed(admin.ask("audit", who=admin.name)["entries"])]
    network = desk.engine.plain("health")["network"]
    assert found == [
        ("add user", f"{name}: user"), ("change user", f"{name}: role admin, locked"), ("end sessions", name),
        ("remove user", name), ("reload", network), ("activate", network), ("cleanup", ""),
    ]  # fmt: skip


def test_it_is_read_page_by_page_and_by_what_is_sought(desk: Desk, admin: Person) -> None:
    ann = desk.person()
    ids = [ann.ask("create_token", name="one", scopes=["read"])["id"] for _ in range(5)]
    told(admin, 5, who=ann.name)
    first = admin.ask("audit", who=ann.name, limit=3)
    second = admin.ask("audit", who=ann.name, limit=3, before=first["next"])
    objects = [entry["object"].partition(":")[0] for page in (first, second) for entry in page["entries"]]
    assert objects == ids[::-1]
    assert second["next"] is None
    assert admin.ask("audit", who=ann.name, since="2999-01-01T00:00:00Z")["entries"] == []


def test_it_is_for_administrators_only(desk: Desk) -> None:
    assert desk.person().refused("audit").code == "forbidden"
