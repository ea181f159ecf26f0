"""What a trace says when sections of the facts are missing or cut off: nothing is taken for granted in silence."""

from typing import Any

import pytest

from backend.facts.notes import Notes
from backend.facts.router import read_router
from backend.facts.sections import read_sections
from backend.facts.segments import infer_segments
from backend.model.network import Network
from backend.sim import compile_network, trace
from backend.wire.question import read_question
from backend.wire.trace import trace_document
from tests.facts.sample import facts, framed

RULES = """\
0:\tfrom all lookup local
100:\tfrom all lookup 100
32766:\tfrom all lookup main
32767:\tfrom all lookup default
"""
INTERFACES = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: lan: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 10.1.0.1/24 brd 10.1.0.255 scope global lan
    inet6 2001:db8:1::1/64 scope global
3: far: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 10.2.0.1/24 brd 10.2.0.255 scope global far
    inet6 2001:db8:2::1/64 scope global
"""
MAIN = """\
10.1.0.0/24 dev lan proto kernel scope link src 10.1.0.1
10.2.0.0/24 dev far proto kernel scope link src 10.2.0.1
"""
SWITCHES = "\n".join(
    f"net/ipv4/conf/{name}/{key} = {value}"
    for name in ("all", "lan", "far")
    for key, value in (("rp_filter", 0), ("forwarding", 1), ("accept_local", 0), ("arp_ignore", 0))
)
WHOLE = {
    "interfaces": INTERFACES,
    "ip_forwarding": "1",
    "policy_rules": RULES,
    "routing_table_main": MAIN,
    "routing_table_100": "",
    "sysctl_net": SWITCHES,
}


def asked(sections: dict[str, str], more: str = "", **question: Any) -> dict[str, Any]:
    notes = Notes("r1_facts.txt")
    router = read_router(read_sections(facts(sections, "r1", more), notes), "r1", notes)
    assert router is not None
    network = Network("test", (router,), infer_segments([router], notes))
    question = {"source": "10.1.0.50", "destination": "10.2.0.50"} | question
    flow, gateway = read_question(network, question)
    return trace_document(trace(compile_network(network), flow, gateway))


def without(*names: str) -> dict[str, str]:
    return {name: text for name, text in WHOLE.items() if name not in names}


def assumptions(document: dict[str, Any]) -> list[str]:
    steps = [step for hop in document["path"] for step in hop["steps"] if step["kind"] == "assumption"]
    return [f"{step['text']}: {step['outcome']}" for step in steps if "gateway" not in step["outcome"]]


def cut(name: str, text: str) -> str:
    """A section that ends with the file, in the middle."""
    return framed(name, text, None).partition("=== TSIM_SECTION_END")[0]


def test_whole_facts_leave_nothing_to_assume() -> None:
    document = asked(WHOLE)
    assert (document["verdict"], assumptions(document), document["conditions"]) == ("accepted", [], [])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("policy_rules", "policy rules of IPv4: policy_rules is not in the facts: taken as the kernel's own"),
        ("routing_table_100", "table 100 is not in the facts: taken as empty"),
    ],
)
def test_what_is_missing_is_an_assumption_where_it_is_asked(name: str, said: str) -> None:
    document = asked(without(name))
    assert document["verdict"] == "accepted"
    assert said in assumptions(document)


def test_without_routes_it_is_not_known_whether_there_is_one() -> None:
    document = asked(without("routing_table_main"))
    assert document["verdict"] == "unknown"
    assert "table main is not in the facts" in document["reason"]


def test_facts_without_ipv6_know_nothing_of_its_routes() -> None:
    document = asked(WHOLE, source="2001:db8:1::50", destination="2001:db8:2::50")
    assert document["verdict"] == "unknown"
    assert "table main is not in the facts" in document["reason"]
    assert "policy rules of IPv6: ip6_policy_rules is not in the facts: taken as the kernel's own" in assumptions(
        document
    )


def test_without_switches_forwarding_is_assumed_and_a_filter_that_would_matter_named() -> None:
    document = asked(without("sysctl_net", "ip_forwarding"))
    assert document["verdict"] == "accepted"
    assert "net/ipv4/ip_forward: not in the facts; taken as 1" in assumptions(document)

    astray = asked(without("sysctl_net"), source="10.1.0.50", destination="10.2.0.50", gateway="r1")
    assert astray["verdict"] == "accepted"
    assert asked(without("sysctl_net"))["conditions"] == [], "the way back is the way there"


@pytest.mark.parametrize(("known", "is_told"), [("net/ipv4/conf/all/rp_filter = 0", True), (SWITCHES, False)])
def test_half_a_filter_is_none(known: str, is_told: bool) -> None:
    routes = MAIN + "10.1.0.50 via 10.2.0.9 dev far\n"
    document = asked(WHOLE | {"sysctl_net": known, "routing_table_main": routes})
    assert any("if rp_filter were strict" in text for text in document["conditions"]) is is_told


def test_without_interfaces_a_trace_knows_no_place() -> None:
    document = asked(without("interfaces"))
    assert document["verdict"] == "unknown"


def test_a_table_that_is_cut_off_may_hold_a_longer_prefix() -> None:
    document = asked(without("routing_table_main"), cut("routing_table_main", MAIN))
    assert document["verdict"] == "accepted"
    assert "table main is cut off in the facts: taken as what is read of it" in assumptions(document)


def test_rules_that_are_cut_off_may_be_more() -> None:
    document = asked(without("policy_rules"), cut("policy_rules", RULES))
    assert "policy rules of IPv4: policy_rules is cut off in the facts: taken as those that are read" in assumptions(
        document
    )


def test_a_table_that_the_kernel_does_not_have_is_empty() -> None:
    text = framed("routing_table_100", "Error: ipv4: FIB table does not exist.\nDump terminated", 2)
    assert assumptions(asked(without("routing_table_100"), text)) == []


def test_a_command_that_failed_tells_nothing() -> None:
    failed = framed("routing_table_100", "RTNETLINK answers: Operation not permitted", 2)
    assert "table 100 could not be collected (exit code 2): taken as what is read of it" in assumptions(
        asked(without("routing_table_100"), failed)
    )


def test_a_filter_that_cannot_be_worked_out_is_a_condition() -> None:
    strict = SWITCHES.replace("all/rp_filter = 0", "all/rp_filter = 1")
    rules = RULES.replace("from all lookup 100", "from 10.2.0.50 lookup 100").replace(
        "32766:", "200:\tfrom 10.2.0.50 blackhole frobnicate 7\n32766:"
    )
    document = asked(WHOLE | {"sysctl_net": strict, "policy_rules": rules})
    assert document["verdict"] == "accepted"
    assert any("whether rp_filter of lan drops it is not known" in text for text in document["conditions"])
