"""Who has asked is known to whom it asked; what IPv6 asks is in test_discovery.py and the scenarios."""

from ipaddress import IPv4Address

from backend.facts.description import read_description
from backend.model.network import Attachment
from backend.model.route import NextHop
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, compile_network
from backend.sim.finding import Learnt, Leaving, find, find_first
from backend.sim.network import Crossing
from backend.sim.packet import UNSAID, Packet
from backend.sim.place import Start, begin

NETWORK = """
[network]
name = "finding"
[[router]]
name = "quiet"
sysctls = { "net/ipv4/conf/up/arp_ignore" = "8" }
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "up"
addresses = ["10.0.0.1/24"]
[[router]]
name = "other"
[[router.interface]]
name = "up"
addresses = ["10.0.0.2/24"]
[[host]]
name = "client"
addresses = ["10.1.0.50/24"]
gateways = ["10.1.0.1"]
"""


def number(text: str) -> int:
    return int(IPv4Address(text))


PACKET = Packet(4, number("10.1.0.50"), number("10.2.0.50"), 6, 4000, 443, 0, 0, 64, UNSAID)


def network() -> CompiledNetwork:
    return compile_network(read_description(NETWORK, "finding"))


def found(known: CompiledNetwork, router: str, via: str, learnt: Learnt) -> tuple[Crossing, Learnt]:
    hop = NextHop(via=IPv4Address(via), dev="up")
    return find(known, Leaving(known.routers[router], hop, PACKET, is_sent=False), learnt, asks_rules=True)


def test_who_answers_nobody_is_known_when_it_has_asked_itself() -> None:
    known = network()
    assert found(known, "other", "10.0.0.1", ())[0].verdict is Verdict.NEIGHBOR_UNREACHABLE
    crossing, learnt = found(known, "quiet", "10.0.0.2", ())
    assert crossing.to == Attachment("other", "up")
    assert [each.knows("other", number("10.0.0.1")) for each in learnt] == [True]
    assert not learnt[0].knows("other", number("10.0.0.9"))
    assert found(known, "other", "10.0.0.1", learnt)[0].to == Attachment("quiet", "up")


def test_a_gateway_knows_the_host_that_asked_for_it() -> None:
    known = network()
    start = begin(known, IPv4Address("10.1.0.50"), PACKET, None)
    why, learnt = find_first(known, start, PACKET, (), asks_rules=True)
    assert why == ""
    assert [each.knows("quiet", number("10.1.0.50")) for each in learnt] == [True]
    assert find_first(known, Start(), PACKET, (), asks_rules=True) == ("", ())
