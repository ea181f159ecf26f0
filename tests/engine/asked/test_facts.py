import pytest

from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_everybody_may_read_what_the_facts_of_a_router_say(desk: Desk) -> None:
    person = desk.person()
    found = person.ask("router_facts", router="gw-a")
    assert (found["name"], found["network"]) == ("gw-a", desk.engine.plain("health")["network"])
    assert person.ask("router_facts", router="gw-a", network=found["network"]) == found


@pytest.mark.parametrize("name", ["gw-z", "", "x" * 10_000])
def test_a_router_or_set_that_there_is_not_is_not_found(desk: Desk, name: str) -> None:
    person = desk.person()
    refused = person.refused("router_facts", router=name)
    assert (refused.code, refused.field) == ("not_found", "router")
    refused = person.refused("set_entries", router="gw-a", set=name)
    assert (refused.code, refused.field) == ("not_found", "set")
    assert len(refused.message) < 400
