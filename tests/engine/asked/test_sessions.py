import pytest

from tests.engine.desk import PASSWORD, Desk, Person

pytestmark = pytest.mark.serial


@pytest.fixture
def ann(desk: Desk) -> Person:
    return desk.person()


def signed_in(desk: Desk, person: Person, address: str = "192.0.2.9", agent: str = "tests") -> Person:
    """The same one somewhere else."""
    asked = {"username": person.name, "password": PASSWORD, "address": address, "agent": agent}
    return Person(desk.engine, person.name, desk.engine.plain("sign_in", **asked)["session"])


def test_one_sees_where_one_has_signed_in_and_that_opens_nothing(desk: Desk, ann: Person) -> None:
    other = signed_in(desk, ann)
    found = other.ask("sessions")["sessions"]
    assert [each["is_current"] for each in found].count(True) == 1
    current = next(each for each in found if each["is_current"])
    assert (current["address"], current["agent"], current["user"]) == ("192.0.2.9", "tests", ann.name)
    assert current["created"] <= current["seen"] < current["expires"] <= current["ends"]
    assert current["id"] == other.ask("session")["id"]
    for each in found:
        assert Person(desk.engine, ann.name, each["id"]).refused("session").code == "denied"
    assert other.session not in str(found)


def test_one_of_the_own_or_all_the_others_can_be_ended(desk: Desk, ann: Person) -> None:
    others = [signed_in(desk, ann) for _ in range(3)]
    first = others[0].ask("session")["id"]
    assert ann.ask("end_session", id=first) == {"ended": 1}
    assert others[0].refused("session").code == "denied"
    assert ann.refused("end_session", id=first).code == "not_found"
    assert others[1].ask("end_sessions") == {"ended": 2}
    assert [each.refused("session").code for each in (ann, others[2])] == ["denied"] * 2
    assert len(others[1].ask("sessions")["sessions"]) == 1


def test_those_of_others_can_neither_be_seen_nor_ended(desk: Desk, ann: Person) -> None:
    bob = desk.person()
    handle = bob.ask("session")["id"]
    assert ann.refused("end_session", id=handle).code == "not_found"
    for call, params in (("sessions", {}), ("end_sessions", {}), ("end_session", {"id": handle})):
        assert ann.refused(call, user=bob.name, **params).code == "forbidden"
    assert bob.ask("session")["username"] == bob.name


def test_an_administrator_sees_those_of_all_at_once(desk: Desk, ann: Person) -> None:
    admin = desk.person("admin")
    found = admin.ask("sessions", all=True)["sessions"]
    assert {ann.name, admin.name} <= {each["user"] for each in found}
    assert [each["id"] for each in found if each["is_current"]] == [admin.ask("session")["id"]]
    assert {each["user"] for each in admin.ask("sessions", all=True, user=ann.name)["sessions"]} == {ann.name}
    assert desk.engine.ask("sessions", all=True)["sessions"]
    assert ann.refused("sessions", all=True).code == "forbidden"
    assert ann.refused("sessions", all=True, user=ann.name).code == "forbidden"


def test_an_administrator_sees_and_ends_those_of_others(desk: Desk, ann: Person) -> None:
    admin, other = desk.person("admin"), signed_in(desk, ann)
    found = admin.ask("sessions", user=ann.name)["sessions"]
    assert len(found) == 2
    assert not any(each["is_current"] for each in found)
    assert admin.ask("end_session", user=ann.name, id=other.ask("session")["id"]) == {"ended": 1}
    assert other.refused("session").code == "denied"
    assert desk.engine.ask("end_sessions", user=ann.name) == {"ended": 1}
    assert ann.refused("session").code == "denied"
    assert admin.ask("session")["username"] == admin.name


def test_a_token_for_reading_ends_no_session(desk: Desk, ann: Person) -> None:
    token = ann.ask("create_token", name="nightly", scopes=["read"])["token"]
    assert len(ann.ask("sessions", token=token)["sessions"]) == 1
    assert ann.refused("end_sessions", token=token).code == "forbidden"
