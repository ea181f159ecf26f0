from ipaddress import ip_address

import pytest

from backend.lab.hand.machines import Machines
from backend.lab.hand.services import Services
from backend.lab.hand.standing import Standing
from backend.lab.probe.loop import Loop
from tests.lab.hand.played import ground


@pytest.fixture
def standing() -> Standing:
    machines: Machines = ground()[1]
    loop = Loop()
    return Standing(loop, {}, machines, Services(loop, {}), lambda: 0, "play@1")


def test_a_document_begins_with_both_ends(standing: Standing) -> None:
    pair = standing.machines.pair("a", "10.2.0.50")
    assert standing.document(pair, ip_address("10.1.0.50")) == {
        "success": True, "network": "play@1", "source": "10.1.0.50", "source_name": "a",
        "destination": "10.2.0.50", "destination_name": "b",
    }  # fmt: skip
    nobody = standing.document(standing.machines.pair("10.1.0.50", "192.0.2.1"), None)
    assert (nobody["source"], nobody["destination_name"]) == ("10.1.0.50", "")


def test_an_address_has_the_name_of_who_has_it(standing: Standing) -> None:
    assert standing.named(ip_address("10.9.0.2")) == {"name": "r3", "ip": "10.9.0.2"}
    assert standing.named(ip_address("192.0.2.1")) == {"name": "192.0.2.1", "ip": "192.0.2.1"}
    assert standing.named(None) == {"name": "", "ip": ""}


def test_a_source_that_is_named_is_not_asked_for(standing: Standing) -> None:
    assert standing.source(standing.machines.pair("10.9.0.1", "b")) == ip_address("10.9.0.1")
