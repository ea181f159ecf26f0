from backend.facts.machine import RouterEntry, build_router
from backend.lab.plan.opened import opened
from backend.model.firewall import Ruleset
from backend.model.network import Network

RULES = """*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 10.66.0.0/16 -j DROP
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD DROP [0:0]
:own - [0:0]
-A INPUT -p tcp --dport 22 -j ACCEPT
-A FORWARD -p tcp --dport 23 -j REJECT --reject-with tcp-reset
-A FORWARD -p tcp --dport 25 -j own
-A FORWARD -p tcp --dport 80 -j NFQUEUE --queue-num 1
-A FORWARD -m limit --limit 5/min -j LOG
-A own -s 10.0.0.1 -j RETURN
-A own -j DROP
COMMIT
"""


def shown(ruleset: Ruleset | None) -> dict[str, tuple[str | None, list[int]]]:
    assert ruleset is not None
    chains = [chain for table in ruleset.tables for chain in table.chains]
    return {chain.name: (chain.policy, [rule.number for rule in chain.rules]) for chain in chains}


def test_nothing_drops_any_more_and_rules_keep_their_numbers() -> None:
    router = build_router(RouterEntry("r1", iptables=RULES, ip6tables="*filter\n:FORWARD DROP [0:0]\nCOMMIT"))
    (found,) = opened(Network("x", (router,))).routers
    assert shown(found.firewall.ipv4) == {
        "PREROUTING": ("ACCEPT", []),
        "INPUT": ("ACCEPT", [1]),
        "FORWARD": ("ACCEPT", [2, 4]),
        "own": (None, [1]),
    }
    assert shown(found.firewall.ipv6) == {"FORWARD": ("ACCEPT", [])}
    assert found.firewall.sets == router.firewall.sets
