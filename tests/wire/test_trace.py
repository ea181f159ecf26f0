from ipaddress import ip_address

from msgspec import structs

from backend.model.flow import Flow
from backend.model.trace import Branch, Hop, Step, StepKind, Trace, Tried
from backend.model.verdict import Verdict
from backend.wire.trace import trace_document

FLOW = Flow(ip_address("10.1.1.50"), ip_address("10.2.1.50"), 6, None, 443)
STEP = Step(StepKind.ROUTE, "10.2.0.0/16 via 10.0.0.2 dev wg0", "via 10.0.0.2 dev wg0", "main", "routing_table_main", 7)
HOPS = (
    Hop(
        "hq",
        ip_address("10.1.1.1"),
        "eth1",
        "wg0",
        segment="10.0.0.0/24",
        next_hop=ip_address("10.0.0.2"),
        steps=(STEP,),
    ),
    Hop("br", ip_address("10.0.0.2"), "wg0", "eth1", next_hop=ip_address("10.2.1.50")),
    Hop("pc", ip_address("10.2.1.50"), is_router=False),
)


def test_a_path_has_the_keys_of_the_trace_files_that_users_have() -> None:
    document = trace_document(Trace("demo@01234567", FLOW, (Branch(HOPS, Verdict.ACCEPTED, "pc is there"),)))

    assert document["success"] is True
    assert (document["source"], document["destination"]) == ("10.1.1.50", "10.2.1.50")
    assert [hop["hop"] for hop in document["path"]] == [1, 2, 3]
    first = {key: value for key, value in document["path"][0].items() if key != "steps"}
    assert first == {
        "hop": 1, "name": "hq", "ip": "10.1.1.1", "incoming": "eth1", "outgoing": "wg0", "is_router": True,
        "prev_hop": "", "next_hop": "br", "rtt": None, "verdict": "accepted", "segment": "10.0.0.0/24",
    }  # fmt: skip
    assert document["path"][2]["prev_hop"] == "br"
    assert document["path"][2]["is_router"] is False


def test_a_step_says_where_it_stands() -> None:
    document = trace_document(Trace("demo", FLOW, (Branch(HOPS, Verdict.ACCEPTED, ""),)))

    assert document["path"][0]["steps"] == [
        {
            "kind": "route", "text": STEP.text, "outcome": STEP.outcome, "table": "main",
            "chain": None, "number": None, "comment": None, "section": "routing_table_main", "line": 7,
        }
    ]  # fmt: skip


def test_a_step_of_a_rule_has_what_was_tried_before_it_only_where_that_was_asked_for() -> None:
    tried = Tried("filter", "FORWARD", 1, "-A FORWARD -i lan -j DROP", "-i lan: came in on wan", 40)
    rule = Step(StepKind.RULE, "-A FORWARD -j web", "web", "filter", "iptables_save", 41, "FORWARD", 2, "shop")
    hop = Hop("hq", steps=(rule, structs.replace(rule, tried=(tried,))))
    document = trace_document(Trace("demo", FLOW, (Branch((hop,), Verdict.ACCEPTED, ""),)))
    plain, explained = document["path"][0]["steps"]

    assert plain == {
        "kind": "rule", "text": "-A FORWARD -j web", "outcome": "web", "table": "filter", "chain": "FORWARD",
        "number": 2, "comment": "shop", "section": "iptables_save", "line": 41,
    }  # fmt: skip
    assert explained["tried"] == [
        {
            "table": "filter", "chain": "FORWARD", "number": 1, "text": "-A FORWARD -i lan -j DROP",
            "reason": "-i lan: came in on wan", "line": 40,
        }
    ]  # fmt: skip


def test_the_scope_says_whether_rules_were_asked() -> None:
    asked = Trace("demo", FLOW, (Branch(HOPS, Verdict.ACCEPTED, ""),), is_filtered=True)
    assert trace_document(asked)["scope"] == "rules"
    assert trace_document(structs.replace(asked, is_filtered=False))["scope"] == "routing"


def test_where_a_path_ends_the_next_hop_is_the_address_that_was_looked_for() -> None:
    ended = Hop("hq", None, "eth1", "wg0", next_hop=ip_address("10.0.0.9"), verdict=Verdict.EXITS_NETWORK)
    document = trace_document(Trace("demo", FLOW, (Branch((ended,), Verdict.EXITS_NETWORK, "gone"),)))

    assert document["success"] is False
    assert (document["verdict"], document["reason"]) == ("exits_network", "gone")
    assert (document["path"][0]["next_hop"], document["path"][0]["ip"]) == ("10.0.0.9", "")


def test_other_branches_are_alternatives_with_their_share() -> None:
    branches = (
        Branch(HOPS, Verdict.ACCEPTED, "", share=0.75, conditions=("a condition",)),
        Branch(HOPS[:1], Verdict.NO_ROUTE, "no way", share=0.25),
    )
    document = trace_document(Trace("demo", FLOW, branches))

    assert document["success"] is False, "not all flows get there"
    assert (document["share"], document["conditions"]) == (0.75, ["a condition"])
    assert [(other["share"], other["verdict"]) for other in document["alternatives"]] == [(0.25, "no_route")]


def test_a_protocol_without_a_name_is_its_number() -> None:
    flow = Flow(FLOW.source, FLOW.destination, 200)
    document = trace_document(Trace("demo", flow, (Branch((), Verdict.UNKNOWN, ""),)))

    assert document["flow"]["protocol"] == "200"
