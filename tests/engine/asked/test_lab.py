"""The lab that a person plays in, asked for at the engine."""

from collections.abc import Iterator

import pytest

from tests.engine.desk import Desk, Person

pytestmark = [pytest.mark.serial, pytest.mark.root]


@pytest.fixture
def admin(desk: Desk) -> Iterator[Person]:
    person = desk.person("admin")
    yield person
    person.ask("lab_down")


def test_it_is_built_from_the_active_facts_asked_and_taken_down(desk: Desk, admin: Person) -> None:
    person = desk.person()
    assert person.ask("lab_status")["up"] is False
    up = admin.ask("lab_up")
    assert (up["is_new"], up["is_current"], up["network"]) == (True, True, desk.engine.plain("health")["network"])
    assert admin.ask("lab_up")["is_new"] is False
    status = person.ask("lab_status")
    assert (status["up"], status["is_current"]) == (True, True)
    ping = {"type": "ping", "source": "gw-a", "destination": "10.0.2.1", "count": 1}
    assert "gw-a" in str(admin.ask("lab", request=ping))
    assert admin.ask("lab_down")["was_up"] is True
    assert person.ask("lab_status")["up"] is False
    assert admin.ask("lab_down")["was_up"] is False


@pytest.mark.parametrize(
    "request_", [{"type": "no such"}, {"type": "ping"}, {}, {"type": "ping", "source": "nobody", "destination": "::1"}]
)
def test_what_cannot_be_asked_is_told_as_such(desk: Desk, admin: Person, request_: dict[str, object]) -> None:
    admin.ask("lab_up")
    refused = admin.refused("lab", request=request_)
    assert (refused.code, refused.field) == ("bad_value", "request")


def test_without_a_lab_nothing_can_be_asked_of_it(desk: Desk, admin: Person) -> None:
    admin.ask("lab_down")
    refused = admin.refused("lab", request={"type": "status"})
    assert (refused.code, "no lab is up" in refused.message) == ("unavailable", True)


def test_only_an_administrator_plays(desk: Desk) -> None:
    assert desk.person().refused("lab", request={"type": "status"}).code == "forbidden"
    assert desk.person().refused("lab_trial").code == "forbidden"
    assert desk.person("admin").ask("lab_trial")["trial"]["right"]
