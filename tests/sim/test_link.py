from backend.model.network import Attachment
from backend.model.verdict import Verdict
from backend.sim.link import cross, is_private
from backend.sim.lookup import decide
from backend.sim.network import Crossing
from tests.sim.build import compiled, packet

NETWORK = compiled("""
[[router]]
name = "gw"
routes = ["default via 203.0.113.1 dev out", "10.9.0.0/16 via 10.1.1.2 dev lan", "10.8.0.0/16 via 10.1.1.9 dev lan"]
[[router.interface]]
name = "out"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "lan"
addresses = ["10.1.1.1/24"]

[[router]]
name = "one"
[[router.interface]]
name = "lan"
addresses = ["10.1.1.2/24"]
[[router.interface]]
name = "twin"
addresses = ["10.77.0.1/24"]

[[router]]
name = "two"
sysctls = { "net/ipv4/conf/lan/arp_ignore" = "1" }
[[router.interface]]
name = "lan"
addresses = ["10.1.1.3/24"]
[[router.interface]]
name = "inner"
addresses = ["10.1.1.200/32"]

[[router]]
name = "far"
routes = ["default via 198.51.100.1 dev out"]
[[router.interface]]
name = "out"
addresses = ["198.51.100.2/29"]

[[host]]
name = "pc"
addresses = ["10.1.1.50/24"]
""")


def crossing(destination: str) -> Crossing:
    what = packet("10.1.1.1", destination)
    router = NETWORK.routers["gw"]
    return cross(NETWORK, router, decide(router, what, None).next_hops[0], what)


def test_the_router_that_has_the_next_hop() -> None:
    to = crossing("10.9.1.1").to
    assert to is not None
    assert (to.router, to.interface) == ("one", "lan")


def test_a_host_by_its_name_and_one_without() -> None:
    assert crossing("10.1.1.50").reason == "pc is on 10.1.1.0/24"
    assert crossing("10.1.1.51").reason == "10.1.1.51 is on 10.1.1.0/24"


def test_a_next_hop_that_is_nobody() -> None:
    found = crossing("10.8.1.1")
    assert found.verdict is Verdict.EXITS_NETWORK
    assert "10.1.1.9" in found.reason


def test_arp_ignore_keeps_a_router_from_answering_for_its_other_interfaces() -> None:
    found = crossing("10.1.1.200")
    assert found.verdict is Verdict.NEIGHBOR_UNREACHABLE
    assert "two" in found.reason


def test_the_internet_joins_gateways_and_sends_others_away() -> None:
    to = crossing("198.51.100.2").to
    assert to is not None
    assert to.router == "far"
    assert crossing("198.51.100.5").reason == "198.51.100.5 is on 198.51.100.0/29"
    assert crossing("192.0.2.1").verdict is Verdict.EXITS_NETWORK


def test_addresses_that_the_internet_does_not_route() -> None:
    for text in ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.1.1"):
        assert is_private(4, packet(text, text).source), text
    for text in ("11.0.0.1", "172.32.0.1", "100.128.0.1", "203.0.113.1"):
        assert not is_private(4, packet(text, text).source), text
    assert is_private(6, packet("fd00::1", "::2").source)
    assert not is_private(6, packet("2001:db8::1", "::2").source)


SHARED = """
[[router]]
name = "gw"
routes = ["10.9.0.0/16 via 10.0.0.2 dev core"]
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "core"
addresses = ["10.0.0.1/24"]
[[router]]
name = "one"
[[router.interface]]
name = "core"
CARRIER
addresses = ["10.0.0.2/24"]
MORE
"""


def beyond(more: str = "", carrier: str = "") -> Crossing:
    network = compiled(SHARED.replace("MORE", more).replace("CARRIER", carrier))
    what = packet("10.1.0.50", "10.9.0.1")
    gateway = network.routers["gw"]
    return cross(network, gateway, decide(gateway, what, "lan").next_hops[0], what)


def test_a_next_hop_without_carrier_hears_nobody() -> None:
    assert beyond().verdict is Verdict.ACCEPTED
    cut = beyond(carrier="carrier = false")
    assert (cut.verdict, cut.to) == (Verdict.NEIGHBOR_UNREACHABLE, None)
    assert cut.reason == "core of one has no carrier"


def test_an_address_that_another_router_has_elsewhere_is_claimed_by_both() -> None:
    twin = """
[[router]]
name = "two"
[[router.interface]]
name = "core"
addresses = ["10.0.0.3/24"]
[[router.interface]]
name = "own"
addresses = ["10.0.0.2/32"]
"""
    assert beyond(twin).verdict is Verdict.UNKNOWN
    assert "claimed by one core and two core" in beyond(twin).reason


def test_of_two_interfaces_that_answer_the_owner_is_taken_and_the_other_named() -> None:
    second = """
[[router.interface]]
name = "second"
addresses = ["10.0.0.4/24"]
"""
    found = beyond(second)
    assert found.to == Attachment("one", "core")
    assert found.conditions == (
        "one answers for 10.0.0.2 on 10.0.0.0/24 by second as well; the answer of core is taken to come first",
    )


def test_the_far_end_of_a_tunnel_and_an_ipv6_neighbour_may_be_without_carrier() -> None:
    network = compiled("""
[[router]]
name = "gw"
routes = ["10.9.0.0/16 via 10.7.0.2 dev tun0", "2001:db8:9::/48 via 2001:db8::2"]
[[router.interface]]
name = "tun0"
tunnel = true
addresses = ["10.7.0.1/30"]
[[router.interface]]
name = "core"
addresses = ["2001:db8::1/64"]
[[router]]
name = "end"
[[router.interface]]
name = "tun0"
tunnel = true
carrier = false
addresses = ["10.7.0.2/30"]
[[router.interface]]
name = "core"
carrier = false
addresses = ["2001:db8::2/64"]
""")
    gateway = network.routers["gw"]
    for what in (packet("10.7.0.1", "10.9.0.1"), packet("2001:db8::1", "2001:db8:9::1")):
        found = cross(network, gateway, decide(gateway, what, None).next_hops[0], what)
        assert found.verdict is Verdict.NEIGHBOR_UNREACHABLE
