"""A network to play in: a - r1 - r2 - tunnel - r3 - b, with rules on r2, and a provider behind r1."""

from backend.facts.description import read_description
from backend.lab.hand.machines import Machines, machines_of
from backend.lab.hand.owner import plan_by_hand
from backend.lab.hand.site import Ground
from backend.lab.plan.survey import Survey

TEXT = """
[network]
name = "play"
[[router]]
name = "r1"
routes = [
    "default via 203.0.113.1", "10.2.0.0/24 via 10.0.0.2", "10.9.0.0/30 via 10.0.0.2", "blackhole 10.66.0.0/16",
    "2001:db8:2::/64 via 2001:db8::2",
]
[[router.interface]]
name = "eth0"
segment = "left"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]
[[router.interface]]
name = "eth1"
segment = "middle"
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "eth2"
addresses = ["203.0.113.2/29"]
[[router]]
name = "r2"
routes = [
    "10.1.0.0/24 via 10.0.0.1", "10.2.0.0/24 dev wg0",
    "2001:db8:1::/64 via 2001:db8::1", "2001:db8:2::/64 dev wg0",
]
iptables = '''
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp -m tcp --dport 81 -j DROP
-A FORWARD -p tcp -m tcp --dport 82 -j REJECT --reject-with tcp-reset
-A FORWARD -p udp -m udp --dport 83 -j REJECT --reject-with icmp-admin-prohibited
COMMIT
'''
[[router.interface]]
name = "eth0"
segment = "middle"
addresses = ["10.0.0.2/24", "2001:db8::2/64"]
[[router.interface]]
name = "wg0"
segment = "tunnel"
tunnel = true
addresses = ["10.9.0.1/30", "2001:db8:9::1/64"]
[[router]]
name = "r3"
routes = [
    "10.1.0.0/24 dev wg0", "10.0.0.0/24 dev wg0",
    "2001:db8:1::/64 dev wg0", "2001:db8::/64 dev wg0",
]
[[router.interface]]
name = "wg0"
segment = "tunnel"
tunnel = true
addresses = ["10.9.0.2/30", "2001:db8:9::2/64"]
[[router.interface]]
name = "eth0"
segment = "right"
addresses = ["10.2.0.1/24", "2001:db8:2::1/64"]
[[host]]
name = "a"
addresses = ["10.1.0.50/24", "2001:db8:1::50/64"]
[[host]]
name = "b"
addresses = ["10.2.0.50/24", "2001:db8:2::50/64"]
[[host]]
name = "c"
addresses = ["10.2.0.51/24"]
"""
NETWORK = read_description(TEXT, "play.toml")


def ground(*routers: str) -> tuple[Ground, Machines]:
    survey = Survey(NETWORK)
    plan = plan_by_hand(survey, routers)
    return Ground.of(survey, plan), machines_of(NETWORK, plan)
