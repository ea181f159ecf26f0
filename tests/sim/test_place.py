from ipaddress import ip_address

from backend.model.verdict import Verdict
from backend.sim.place import Start, begin
from tests.sim.build import compiled, packet

DOCKER = """
[[router.interface]]
name = "docker0"
addresses = ["172.17.0.1/16"]
"""
NETWORK = compiled(f"""
[[router]]
name = "left"
routes = ["10.20.0.0/16 via 10.1.1.99 dev lan", "10.20.7.0/24 via 10.1.2.99 dev side"]
[[router.interface]]
name = "lan"
addresses = ["10.1.1.1/24"]
[[router.interface]]
name = "side"
addresses = ["10.1.2.1/24"]
{DOCKER}
[[router]]
name = "right"
[[router.interface]]
name = "lan"
addresses = ["10.1.1.2/24"]
{DOCKER}
[[host]]
name = "pc"
addresses = ["10.1.1.60/24"]
gateways = ["10.1.1.2"]
""")


def start(source: str, gateway: str | None = None, destination: str = "192.0.2.1") -> Start:
    return begin(NETWORK, ip_address(source), packet(source, destination), gateway)


def place(source: str, gateway: str | None = None) -> tuple[str, str]:
    found = start(source, gateway).at
    assert found is not None
    return found.router, found.interface


def test_a_routers_own_address_is_sent_by_the_router() -> None:
    assert place("10.1.1.2") == ("right", "")


def test_a_host_begins_at_its_gateway_or_at_the_lowest_address() -> None:
    assert place("10.1.1.60") == ("right", "lan")
    assert place("10.1.1.61") == ("left", "lan")
    assert place("10.1.1.61", "right") == ("right", "lan")


def test_an_address_that_two_routers_have_must_be_told_apart() -> None:
    ended = start("172.17.0.1").ended
    assert ended is not None
    assert ended.verdict is Verdict.UNKNOWN
    assert "left and right" in ended.reason
    assert place("172.17.0.1", "left") == ("left", "")


def test_a_subnet_that_two_sites_use_must_be_told_apart() -> None:
    ended = start("172.17.0.9").ended
    assert ended is not None
    assert ended.verdict is Verdict.UNKNOWN
    assert place("172.17.0.9", "right") == ("right", "docker0")


def test_a_source_beyond_the_facts_is_behind_the_longest_route_to_it() -> None:
    assert place("10.20.1.1") == ("left", "lan")
    assert place("10.20.7.1") == ("left", "side")


def test_a_source_that_nothing_leads_to() -> None:
    ended = start("10.30.0.1").ended
    assert ended is not None
    assert "10.30.0.1" in ended.reason


def test_neighbours_need_no_router() -> None:
    ended = start("10.1.1.60", destination="10.1.1.61").ended
    assert ended is not None
    assert ended.verdict is Verdict.ACCEPTED


def test_addresses_that_no_packet_comes_from() -> None:
    for source in ("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "::", "ff02::1"):
        start = begin(NETWORK, ip_address(source), packet(source, "::1" if ":" in source else "10.1.1.50"), None)
        assert start.ended is not None
        assert start.ended.verdict is Verdict.UNKNOWN
        assert "no address that a packet comes from" in start.ended.reason
