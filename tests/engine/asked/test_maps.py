from base64 import b64decode

import msgspec
import pytest

from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_a_network_is_drawn_once_and_everybody_sees_the_same(desk: Desk) -> None:
    person, other = desk.person(), desk.person()
    label = desk.engine.plain("health")["network"]
    first = person.ask("map")
    assert first["network"] == label
    layout = msgspec.json.decode(b64decode(first["drawn"]))
    assert [router["name"] for router in layout["routers"]] == ["gw-a", "gw-b"]
    assert other.ask("map", network=label, form="json") == first
    assert b64decode(other.ask("map", form="svg")["drawn"]).startswith(b"<svg")
    assert b64decode(other.ask("map", form="png")["drawn"]).startswith(b"\x89PNG")


def test_what_there_is_not_is_told_each_time(desk: Desk) -> None:
    for _ in range(2):
        refused = desk.person().refused("map", network="small@00000000")
        assert (refused.code, refused.field) == ("not_found", "network")
    assert desk.person().refused("map", form="gif").field == "form"
