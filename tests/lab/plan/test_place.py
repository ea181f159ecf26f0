from ipaddress import ip_address

import pytest

from backend.facts.description import read_description
from backend.lab.error import LabError
from backend.lab.plan.place import Place, check_address, place_source
from backend.lab.plan.survey import Survey

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = ["default via 203.0.113.1", "10.23.0.0/16 via 10.0.0.77", "10.24.0.0/16 dev lan"]
[[router.interface]]
name = "wan"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.1/24", "10.8.0.1/24"]
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "bare"
segment = "bare"
[[router]]
name = "gw2"
[[router.interface]]
name = "lan"
addresses = ["10.1.0.2/24"]
[[router]]
name = "a"
[[router.interface]]
name = "site"
segment = "a"
addresses = ["192.168.0.1/24"]
[[router]]
name = "b"
[[router.interface]]
name = "site"
segment = "b"
addresses = ["192.168.0.1/24"]
"""
SURVEY = Survey(read_description(TEXT, "x.toml"))


def placed(source: str, destination: str = "203.0.113.6", gateway: str | None = None) -> Place:
    return place_source(SURVEY, ip_address(source), ip_address(destination), gateway)


def test_the_address_of_a_router_is_the_router() -> None:
    assert placed("10.1.0.2").start.routers == ("gw2",)


def test_a_host_is_on_the_segment_that_covers_it_and_its_gateway_is_an_assumption() -> None:
    found = placed("10.1.0.50")
    assert found.start.landing is not None
    assert found.start.landing.at.interface == "lan"
    assert found.assumptions == (
        "10.1.0.1 (gw lan): taken as its gateway: the lowest router address of its subnet",
        "10.1.0.50 is taken to use gw as its gateway; gw, gw2 are on 10.1.0.0/24",
    )
    named = placed("10.1.0.50", gateway="gw2")
    assert named.start.gateway == "gw2"
    assert len(named.assumptions) == 1


def test_who_sends_to_the_own_subnet_needs_no_gateway() -> None:
    assert placed("10.1.0.50", "10.1.0.60").assumptions == ()


def test_a_source_behind_a_neighbour() -> None:
    found = placed("10.23.4.5")
    assert found.behind is not None
    assert (found.behind.interface, str(found.behind.via)) == ("core", "10.0.0.77")
    assert found.assumptions[1] == "10.23.4.5 is taken to be behind gw core, where a route to it leads"
    near = placed("10.24.1.1")
    assert near.behind is None, "by a route to the link itself it is on the link"
    assert near.start.landing is not None
    assert (near.start.landing.at.interface, near.start.gateway) == ("lan", "gw")
    assert near.assumptions[1] == "10.24.1.1 is taken to be behind gw lan, where a route to it leads"


def test_a_public_source_is_on_the_internet() -> None:
    found = placed("192.0.2.80")
    assert found.start.is_internet
    assert found.assumptions == ("192.0.2.80 is taken to be on the internet",)


@pytest.mark.parametrize(
    ("source", "gateway", "reason"),
    [
        ("192.168.0.1", None, "192.168.0.1 is an address of a and b: name one of them as the gateway"),
        ("192.168.0.50", None, "192.168.0.50 can be on any of a, b: name the gateway"),
        ("10.1.0.50", "a", "a has no interface on a segment that covers 10.1.0.50"),
        ("10.99.0.1", None, "10.99.0.1 is on no known segment, and no router has a route to it"),
        ("224.0.0.5", None, "224.0.0.5 is no address that a packet comes from"),
        ("0.0.0.0", None, "0.0.0.0 is no address that a packet comes from"),
        ("fe80::1", None, "fe80::1 may be on every link"),
    ],
)
def test_who_cannot_be_placed_is_named_with_the_reason(source: str, gateway: str | None, reason: str) -> None:
    with pytest.raises(LabError, match="^" + reason):
        placed(source, "2001:db8::50" if ":" in source else "203.0.113.6", gateway)


def test_with_a_gateway_named_the_site_is_known() -> None:
    assert placed("192.168.0.50", gateway="b").start.landing is not None
    assert placed("192.168.0.1", gateway="b").start.routers == ("b",)


def test_nobody_has_the_address_of_everybody() -> None:
    with pytest.raises(LabError, match=r"255\.255\.255\.255 is no address that one machine has"):
        check_address(ip_address("255.255.255.255"), "that one machine has")
