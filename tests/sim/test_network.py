from ipaddress import ip_address

from backend.model.network import Attachment
from backend.sim.network import key_of
from tests.sim.build import compiled

NETWORK = compiled("""
[[router]]
name = "gw"
routes = ["default via 203.0.113.1 dev out", "10.9.0.0/16 via 10.1.1.2 dev lan"]
[[router.interface]]
name = "out"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "lan"
addresses = ["10.1.1.1/24", "10.1.0.1/16"]

[[router]]
name = "inner"
routes = ["default via 10.1.1.1 dev lan"]
[[router.interface]]
name = "lan"
addresses = ["10.1.1.2/24"]
""")


def homes(address: str) -> list[str]:
    family, number = key_of(ip_address(address))
    assert family in (4, 6)
    return [segment.name for segment in NETWORK.homes(4 if family == 4 else 6, number)]


def test_an_address_is_at_home_on_the_segment_that_covers_it() -> None:
    assert len(homes("10.1.1.77")) == 1
    assert homes("10.1.200.1") == homes("10.1.1.77"), "the wider subnet is on the same wire"
    assert homes("192.0.2.1") == []


def test_a_wire_may_carry_several_subnets() -> None:
    inner, wide = (key_of(ip_address(text))[1] for text in ("10.1.1.77", "10.1.200.1"))
    gateway = key_of(ip_address("10.1.1.1"))[1]

    assert NETWORK.in_one_subnet(4, inner, gateway)
    assert NETWORK.in_one_subnet(4, wide, gateway), "10.1.0.0/16 covers both"
    assert not NETWORK.in_one_subnet(4, inner, wide)


def test_a_default_route_to_somebody_unknown_leads_outside_and_one_to_a_router_does_not() -> None:
    assert frozenset({Attachment("gw", "out")}) == NETWORK.outside


def test_owners_know_every_address_but_those_that_everybody_has() -> None:
    assert NETWORK.owners[key_of(ip_address("10.1.1.2"))] == (Attachment("inner", "lan"),)
    assert key_of(ip_address("127.0.0.1")) not in NETWORK.owners


def test_an_address_that_another_interface_has_too_is_not_down() -> None:
    network = compiled("""
[[router]]
name = "r"
[[router.interface]]
name = "a"
up = false
addresses = ["10.0.0.1/24", "10.0.1.1/24"]
[[router.interface]]
name = "b"
addresses = ["10.0.0.1/25"]
""")
    assert [address for _, address in network.down] == [int(ip_address("10.0.1.1"))]


def test_a_known_router_is_no_internet_on_whichever_interface_it_has_the_next_hop() -> None:
    network = compiled("""
[[router]]
name = "inner"
routes = ["default via 10.99.0.1 dev up onlink"]
[[router.interface]]
name = "up"
addresses = ["10.8.0.1/24"]
[[router]]
name = "outer"
[[router.interface]]
name = "up"
addresses = ["10.8.0.2/24"]
[[router.interface]]
name = "own"
addresses = ["10.99.0.1/32"]
""")
    assert network.outside == frozenset()
