"""A firewall between two subnets and a provider, with all that may tell addresses apart."""

from functools import cache

from backend.facts.description import read_description
from backend.model.network import Network
from backend.policy.kind import World
from backend.sim import compile_network

LINKS = """[[router.interface]]
name = "a"
addresses = ["10.1.0.1/24"]
[[router.interface]]
name = "b"
addresses = ["10.2.0.1/24"]
[[router.interface]]
name = "c"
addresses = ["192.0.2.2/30"]
"""
"""Of a router between two subnets and a provider."""
RULES = """
-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT
-A FORWARD -s 10.1.0.64/26 -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -m iprange --src-range 10.1.0.20-10.1.0.29 -p tcp -m tcp --dport 443 -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 3306 -m set --match-set admins src -j ACCEPT
-A FORWARD -p tcp -m set --match-set pairs src,dst -j ACCEPT
-A FORWARD -p tcp -m tcp --dport 8000:8010 -j ACCEPT
"""
TEXT = """
[network]
name = "between"
[[router]]
name = "fw"
routes = ["default via 192.0.2.1 dev c", "blackhole 10.2.0.128/28"]
rules = ["from 10.1.0.200/29 prohibit priority 100"]
ipset = '''
create admins hash:net family inet
add admins 10.1.0.0/28
add admins 10.1.0.8/30 nomatch
create pairs hash:ip,port family inet
add pairs 10.1.0.100,tcp:22
add pairs 10.1.0.101,tcp:22
add pairs 10.1.0.101,tcp:25
'''
iptables = '''
*filter
:INPUT ACCEPT
:FORWARD DROP
:OUTPUT ACCEPT
RULES
COMMIT
'''
LINKS
[[host]]
name = "pc"
addresses = ["10.1.0.50/24"]
[[host]]
name = "db"
addresses = ["10.2.0.50/24"]
"""


def network(rules: str = RULES, name: str = "between") -> Network:
    text = TEXT.replace("LINKS", LINKS.strip()).replace("RULES", rules.strip())
    return read_description(text.replace('"between"', f'"{name}"'), name)


def world(rules: str = RULES, name: str = "between") -> World:
    known = network(rules, name)
    return World(known, compile_network(known))


@cache
def between() -> World:
    return world()
