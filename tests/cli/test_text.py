from typing import Any

import pytest

from backend.cli.text import answer_text, network_text, plan_text, trace_text
from backend.wire.topology import topology_document
from tests.wire.networks import NETWORK

HOP = {
    "hop": 1, "name": "hq-gw", "ip": "10.1.1.1", "incoming": "eth1", "outgoing": "wg0", "is_router": True,
    "segment": "10.0.0.0/24", "steps": [
        {"kind": "policy_rule", "text": "32766:\tfrom all  lookup main", "outcome": "table main has a route",
         "table": "main", "chain": None, "number": None, "section": "policy_rules", "line": 12},
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
    "source": "10.1.1.50", "destination": "10.2.1.50", "network": "demo@0123", "alternatives": [], "scope": "routing",
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


FLOW = DOCUMENT["flow"]


@pytest.mark.parametrize(
    ("flow", "missing"),
    [
        (FLOW | {"protocol": None}, "protocol (-p)"),
        (FLOW, "source port (--sport)"),
        (FLOW | {"destination_port": None}, "source port (--sport) and no destination port (--dport)"),
    ],
)
def test_why_rules_were_not_asked_is_said(flow: dict[str, Any], missing: str) -> None:
    last = trace_text(DOCUMENT | {"flow": flow}, 0).splitlines()[-1]
    assert last == f"Routing only: rules were not asked, since the flow names no {missing}."
    assert "Routing only" not in trace_text(DOCUMENT | {"flow": flow, "scope": "rules"}, 0)


PLACE = {"table": "filter", "chain": "FORWARD", "section": "iptables_save", "comment": None}
TRIED = {"table": "filter", "chain": "web", "number": 1, "text": "-A web -i lan", "reason": "-i lan: came in on wan"}
FILTERED = [
    PLACE | {"kind": "rule", "number": 4, "text": "-A FORWARD -j web", "outcome": "web", "line": 7},
    PLACE | {"kind": "chain_policy", "number": None, "text": ":FORWARD DROP", "outcome": "DROP", "line": None}
    | {"tried": [TRIED]},
    {"kind": "translation", "text": "10.0.0.1:1 > 10.0.0.2:2", "outcome": "10.0.0.1:1 > 10.0.0.3:2"}
    | dict.fromkeys(PLACE) | {"number": None, "line": None},
]  # fmt: skip
SHOWN = [
    "        rule          filter FORWARD 4: -A FORWARD -j web  → web",
    "        tried         filter web 1: -A web -i lan  ✗ -i lan: came in on wan",
    "        chain policy  filter FORWARD policy  → DROP",
    "        translation   10.0.0.1:1 > 10.0.0.2:2  → 10.0.0.1:1 > 10.0.0.3:2",
]


def test_rules_are_shown_with_table_chain_and_number_and_what_was_tried_before() -> None:
    path = [HOP | {"steps": FILTERED}]
    assert trace_text(DOCUMENT | {"path": path}, 1).splitlines()[2:6] == SHOWN


def test_an_answer_shows_the_steps_of_its_ways_when_most_is_asked() -> None:
    way = {"path": [HOP | {"steps": FILTERED}]}
    service = {
        "port": 443, "protocol": "tcp", "verdict": "denied_forward", "direction": "forward", "reason": "dropped",
        "forward": way, "return": None, "routers": [], "conditions": [],
    }  # fmt: skip
    answer = {
        "source": "10.1.1.50", "destination": "10.2.1.50", "network": "demo@0123", "by": "prediction",
        "services": [service], "assumptions": [], "refusals": [],
    }  # fmt: skip
    hop = "hq-gw eth1 → wg0  on 10.0.0.0/24"
    steps = [f"{SHOWN[0]}  [iptables_save:7]", *SHOWN[1:]]
    assert answer_text(answer, 3).splitlines()[2:] == ["    forward", f"      {hop}", *steps]
    assert answer_text(answer, 2).splitlines()[2:] == [f"    forward  {hop}"]


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
