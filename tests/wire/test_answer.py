from ipaddress import ip_address

from backend.model.answer import Count, Decision, DecisionKind, Reachability, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.trace import Branch, Hop
from backend.model.verdict import Verdict
from backend.wire.answer import answer_document

RULE = Decision("gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP", "iptables_save", 40)
WAY = Branch((Hop("gw", incoming="lan"),), Verdict.DENIED_FORWARD, "dropped")
ROUTER = RouterAnswer(
    "gw", Verdict.DENIED_FORWARD, "dropped", RULE, counted=(Count("filter", "FORWARD", 12, RULE.text, 0, 1, 40),)
)
ANSWER = Reachability(
    network="x@1",
    source=ip_address("2001:db8::1"),
    destination=ip_address("2001:db8::2"),
    by="proof",
    services=(
        ServiceAnswer(
            Service("tcp", 443), Verdict.DENIED_FORWARD, "dropped", False, RULE, 40000, WAY, None, (ROUTER,), ("c",)
        ),
        ServiceAnswer(Service("icmp", 0), Verdict.ACCEPTED, "", back=Branch((), Verdict.ACCEPTED, "")),
    ),
    assumptions=("a",),
    refusals=("r",),
)


def test_an_answer_has_what_the_design_says() -> None:
    document = answer_document(ANSWER)
    assert {key: document[key] for key in ("source", "destination", "by", "assumptions", "refusals")} == {
        "source": "2001:db8::1", "destination": "2001:db8::2", "by": "proof", "assumptions": ["a"], "refusals": ["r"],
    }  # fmt: skip
    service = document["services"][0]
    assert (service["port"], service["protocol"], service["verdict"]) == (443, "tcp", "denied_forward")
    assert (service["reachable"], service["direction"], service["conditions"]) == (False, "forward", ["c"])
    assert service["decided_by"] == {
        "router": "gw", "table": "filter", "chain": "FORWARD", "number": 12, "text": "-A FORWARD -j DROP",
        "kind": "rule", "action": "DROP", "comment": None, "section": "iptables_save", "line": 40,
    }  # fmt: skip
    assert service["forward"]["path"][0]["incoming"] == "lan"
    assert (service["forward"]["by"], service["forward"]["scope"], service["return"]) == ("proof", "rules", None)
    assert service["routers"][0]["counted"] == [
        {"table": "filter", "chain": "FORWARD", "number": 12, "text": RULE.text, "before": 0, "after": 1, "line": 40}
    ]


def test_a_ping_has_no_port_and_its_answer_goes_back() -> None:
    service = answer_document(ANSWER)["services"][1]
    assert (service["port"], service["decided_by"], service["reachable"]) == (None, None, True)
    assert service["return"]["source"] == "2001:db8::2"
    assert service["return"]["flow"]["protocol"] == "ipv6-icmp"
