from ipaddress import ip_address

from backend.facts.description import read_description
from backend.lab.plan.gateway import find_gateway, host_prefix
from backend.lab.plan.survey import Survey

TEXT = """
[network]
name = "x"
[[router]]
name = "r1"
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.7/24", "10.9.0.7/24", "2001:db8::7/64"]
[[router]]
name = "r2"
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.8/24"]
[[host]]
name = "pc"
addresses = ["10.0.0.50", "10.0.0.51/16"]
gateways = ["192.0.2.1", "10.0.0.8"]
"""
SURVEY = Survey(read_description(TEXT, "x.toml"))
HOME = SURVEY.network.segments[0]


def gateway(address: str, router: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    found = find_gateway(SURVEY, HOME, ip_address(address), router)
    assert found is not None
    return str(found.address), found.at.router, found.assumptions


def test_what_the_host_says_counts_where_a_router_has_it() -> None:
    assert gateway("10.0.0.50") == ("10.0.0.8", "r2", ())


def test_else_the_lowest_address_of_its_subnet_which_is_an_assumption() -> None:
    address, router, assumptions = gateway("10.0.0.99")
    assert (address, router) == ("10.0.0.7", "r1")
    assert assumptions == (
        "10.0.0.7 (r1 eth0): taken as its gateway: the lowest router address of its subnet",
        f"10.0.0.99 is taken to use r1 as its gateway; r1, r2 are on {HOME.name}",
    )
    assert gateway("10.9.0.99")[:2] == ("10.9.0.7", "r1")
    assert gateway("2001:db8::99")[:2] == ("2001:db8::7", "r1")


def test_a_router_that_is_named_is_the_gateway() -> None:
    assert gateway("10.0.0.99", "r2")[:2] == ("10.0.0.8", "r2")
    assert find_gateway(SURVEY, HOME, ip_address("2001:db8::99"), "r2") is None


def test_the_subnet_of_a_host_is_its_own_or_that_of_its_segment() -> None:
    found = [str(host_prefix(SURVEY, HOME, ip_address(each))) for each in ("10.0.0.50", "10.0.0.51", "10.7.0.1")]
    assert found == ["10.0.0.0/24", "10.0.0.0/16", "10.7.0.1/32"]
