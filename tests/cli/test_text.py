from typing import Any

from backend.cli.text import network_text, plan_text, trace_text
from backend.wire.topology import topology_document
from tests.wire.networks import NETWORK

HOP = {
    "hop": 1, "name": "hq-gw", "ip": "10.1.1.1", "incoming": "eth1", "outgoing": "wg0", "is_router": True,
    "segment": "10.0.0.0/24", "steps": [
        {"kind": "policy_rule", "text": "32766:\tfrom all  lookup main", "outcome": "table main has a route",
         "table": "main", "section": "policy_rules", "line": 12},
    ],
}  # fmt: skip
HOST = {"hop": 2, "name": "pc", "ip": "10.2.1.50", "incoming": "", "outgoing": "", "is_router": False, "segment": None}
WAY = {
    "verdict": "accepted",
    "reason": "pc is on lan",
    "share": 1.0,
    "conditions": [],
    "path": [HOP, HOST | {"steps": []}],
}
DOCUMENT: dict[str, Any] = WAY | {
    "source": "10.1.1.50", "destination": "10.2.1.50", "network": "demo@0123", "alternatives": [],
    "flow": {"protocol": "tcp", "destination_port": 443, "source_port": None, "mark": 16, "tos": 0, "ttl": 64},
}  # fmt: skip


def test_hops_stand_under_each_other_with_their_interfaces() -> None:
    lines = trace_text(DOCUMENT, 0).splitlines()

    assert lines[0] == "10.1.1.50 → 10.2.1.50 tcp/443 mark 0x10   (demo@0123)"
    assert lines[1].split() == ["1", "hq-gw", "10.1.1.1", "eth1", "→", "wg0", "on", "10.0.0.0/24"]
    assert lines[2].split() == ["2", "pc", "10.2.1.50"]
    assert lines[3] == "  accepted: pc is on lan"


def test_verbose_shows_decisions_and_more_verbose_where_they_stand() -> None:
    assert "32766: from all lookup main" not in trace_text(DOCUMENT, 0)
    assert "32766: from all lookup main" in trace_text(DOCUMENT, 1)
    assert "[policy_rules:12]" not in trace_text(DOCUMENT, 1)
    assert "[policy_rules:12]" in trace_text(DOCUMENT, 2)


def test_equal_cost_ways_and_conditions_are_told() -> None:
    other = WAY | {"share": 0.25, "conditions": ["a condition"]}
    text = trace_text(DOCUMENT | {"share": 0.75, "alternatives": [other]}, 0)

    assert "way 1 of 2, 75% of flows" in text
    assert "way 2 of 2, 25% of flows" in text
    assert "but: a condition" in text


def test_it_is_said_that_firewall_rules_are_not_part_of_it() -> None:
    assert trace_text(DOCUMENT, 0).splitlines()[-1] == "Routing only: firewall rules are not part of a trace."


def test_a_network_as_text() -> None:
    text = network_text(topology_document(NETWORK, []))

    assert "gw (linux, Lyon)" in text
    assert "10.1.1.1/24 2001:db8:1::1/64 fe80::1/64  on 10.1.1.0/24" in text
    assert "eth1         no address  down" in text
    assert "host pc: 10.1.1.50 2001:db8:1::50" in text


def test_a_plan_as_text() -> None:
    rules = {"kind": "LoadRules", "namespace": "r1", "text": "*filter\n-A INPUT -j DROP\nCOMMIT\n"}
    link = {"kind": "SetLink", "namespace": "r1", "text": "link set dev eth0 up"}
    omission = {"router": "r2", "text": "vrf red", "reason": "there are none here"}
    assert plan_text({"operations": [link, rules], "omissions": [omission]}).splitlines() == [
        "r1: link set dev eth0 up",
        "r1: LoadRules: *filter",
        "    -A INPUT -j DROP",
        "    COMMIT",
        "left out: r2: vrf red: there are none here",
    ]
