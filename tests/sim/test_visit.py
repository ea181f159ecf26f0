import pytest

from backend.model.answer import DecisionKind
from backend.model.trace import StepKind
from backend.model.verdict import Verdict
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.traverse import Choices
from backend.sim.passing import Entry, Exit
from backend.sim.visit import visit
from backend.sim.words import ends
from tests.sim.build import compiled
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import CHAINS, place, saved

ROUTER = """
[[router]]
name = "r"
tables = {{ other = 100 }}
rules = ["fwmark 1 lookup other priority 100"]
routes = [
    "10.2.0.0/16 via 10.0.0.2", "10.2.0.0/16 via 10.0.1.2 table other", "10.3.0.0/16 via 10.0.1.2",
    "10.4.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.0.1.2", "prohibit 10.5.0.0/16",
    "10.6.0.0/16 via 10.0.2.2",     "2001:db8:2::/64 via 2001:db8::2",
]
iptables = '''
{ipv4}
'''
ip6tables = '''
{ipv6}
'''
ipset = "create seen hash:ip"
[[router.interface]]
name = "lan"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]
[[router.interface]]
name = "one"
addresses = ["10.0.0.1/30", "2001:db8::1/64"]
[[router.interface]]
name = "bare"
[[router.interface]]
name = "two"
addresses = ["10.0.1.1/30", "10.0.2.1/30"]
"""
EVERYWHERE = dict.fromkeys(CHAINS, "") | {"nat": "-A INPUT -s 10.99.0.0/16 -j SNAT --to-source 10.1.0.9"}
"""All tables; the rule needs connections."""
OUT = "tcp 10.1.0.50:4000 10.2.0.50:443 flags=2"
IN = "tcp 10.1.0.50:4000 10.1.0.1:22 flags=2"
SENT = "tcp 10.1.0.1:4000 10.2.0.50:443 flags=2"


def exits(
    met: str, iif: str = "lan", known: tuple[Connection, ...] = (), is_open: bool = False, /, **tables: str
) -> list[Exit]:
    """Of a packet that comes in on an interface, or without one is sent by the router."""
    packet = meeting(met).packet
    own = saved(**tables)
    text = ROUTER.format(ipv4=own if packet.family == 4 else "", ipv6=own if packet.family == 6 else "")
    network = compiled(text)
    entry = Entry(network.routers["r"], network.firewalls["r"][packet.family], packet, iif, known, is_open)
    return visit(entry, Choices())


def left(met: str, iif: str = "lan", known: tuple[Connection, ...] = (), /, **tables: str) -> Exit:
    (only,) = exits(met, iif, known, False, **tables)
    return only


def places(found: Exit) -> list[str]:
    return [place(matched).removesuffix(" policy") for matched in found.matched]


def told(found: Exit, kind: StepKind) -> list[str]:
    return [f"{step.text} -> {step.outcome}" for step in found.steps if step.kind is kind]


def test_a_forwarded_packet_passes_every_table_in_the_kernels_order() -> None:
    assert places(left(OUT, **EVERYWHERE)) == [
        "raw PREROUTING",
        "mangle PREROUTING",
        "nat PREROUTING",
        "mangle FORWARD",
        "filter FORWARD",
        "security FORWARD",
        "mangle POSTROUTING",
        "nat POSTROUTING",
    ]


def test_one_for_the_router_ends_in_input() -> None:
    assert places(left(IN, **EVERYWHERE)) == [
        "raw PREROUTING",
        "mangle PREROUTING",
        "nat PREROUTING",
        "mangle INPUT",
        "filter INPUT",
        "security INPUT",
        "nat INPUT",
    ]


SENDING = ["raw OUTPUT", "mangle OUTPUT", "nat OUTPUT", "filter OUTPUT", "security OUTPUT", "mangle POSTROUTING"]


def test_one_that_the_router_sends_begins_in_output() -> None:
    assert places(left(SENT, "", **EVERYWHERE)) == [*SENDING, "nat POSTROUTING"]


def test_what_it_sends_to_itself_comes_in_again_over_lo_and_asks_nat_no_second_time() -> None:
    found = left("tcp 10.1.0.1:4000 10.0.0.1:22 flags=2", "", **EVERYWHERE)
    assert places(found) == [
        *SENDING,
        "nat POSTROUTING",
        "raw PREROUTING",
        "mangle PREROUTING",
        "mangle INPUT",
        "filter INPUT",
        "security INPUT",
    ]
    assert found.verdict is Verdict.ACCEPTED
    assert found.hop is None


@pytest.mark.parametrize(
    ("met", "iif", "table", "chain", "verdict"),
    [
        (OUT, "lan", "raw", "PREROUTING", Verdict.DENIED_IN),
        (IN, "lan", "filter", "INPUT", Verdict.DENIED_IN),
        (OUT, "lan", "filter", "FORWARD", Verdict.DENIED_FORWARD),
        (OUT, "lan", "mangle", "POSTROUTING", Verdict.DENIED_OUT),
        (SENT, "", "filter", "OUTPUT", Verdict.DENIED_OUT),
        (SENT, "", "raw", "OUTPUT", Verdict.DENIED_OUT),
        ("tcp 10.1.0.1:4000 10.0.0.1:22", "", "filter", "INPUT", Verdict.DENIED_IN),
    ],
)
def test_where_a_packet_is_stopped_is_its_verdict(met: str, iif: str, table: str, chain: str, verdict: Verdict) -> None:
    found = left(met, iif, **{table: f"-A {chain} -p tcp -j DROP"})
    assert found.verdict is verdict
    assert found.reason == f"dropped by r, {table} {chain} rule 1: -A {chain} -p tcp -j DROP"
    assert (found.decision.kind if found.decision else None) is DecisionKind.RULE


def test_a_policy_and_a_refusal_are_told_as_such() -> None:
    assert left(OUT, filter=":FORWARD DROP").reason == "dropped by r, filter FORWARD policy DROP"
    assert left(OUT, filter="-A FORWARD -j REJECT").reason.startswith("rejected by r, filter FORWARD rule 1")


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (
            {"filter": "-A FORWARD -p tcp -j ACCEPT", "mangle": "-A POSTROUTING -j ACCEPT"},
            "r, filter FORWARD rule 1: -A FORWARD -p tcp -j ACCEPT",
        ),
        ({"filter": ""}, "r, filter FORWARD policy ACCEPT"),
        ({"mangle": ""}, None),
    ],
)
def test_what_of_table_filter_let_it_through_is_named(tables: dict[str, str], expected: str | None) -> None:
    found = left(OUT, **tables)
    assert found.is_through
    assert (found.decision.spoken if found.decision else None) == expected


def test_a_mark_of_mangle_leads_another_way_and_is_told() -> None:
    found = left(OUT, mangle="-A PREROUTING -j MARK --set-mark 1")
    assert (found.oif, found.packet.mark) == ("two", 1)
    assert told(found, StepKind.MARK) == ["0x0 -> 0x1"]


def test_a_translated_destination_is_routed_to_and_both_ends_are_told() -> None:
    found = left(OUT, nat="-A PREROUTING -j DNAT --to-destination 10.3.0.7\n-A POSTROUTING -j MASQUERADE")
    assert found.oif == "two"
    assert told(found, StepKind.TRANSLATION) == [
        "10.1.0.50:4000 > 10.2.0.50:443 -> 10.1.0.50:4000 > 10.3.0.7:443",
        "10.1.0.50:4000 > 10.3.0.7:443 -> 10.0.1.1:4000 > 10.3.0.7:443",
    ]


def test_masquerade_takes_the_address_that_faces_the_next_hop() -> None:
    found = left("udp 10.1.0.50:4000 10.6.0.50:53", nat="-A POSTROUTING -j MASQUERADE")
    assert ends(found.packet) == "10.0.2.1:4000 > 10.6.0.50:53"


def test_an_answer_is_routed_to_whom_masquerade_has_hidden() -> None:
    nat = "-A POSTROUTING -o one -j MASQUERADE"
    sent = left(OUT, nat=nat)
    assert sent.connection is not None
    answer = left("tcp 10.2.0.50:443 10.0.0.1:4000 flags=0x12", "one", (sent.connection,), nat=nat)
    assert answer.oif == "lan"
    assert ends(answer.packet) == "10.2.0.50:443 > 10.1.0.50:4000"
    assert places(answer) == []


@pytest.mark.parametrize(
    ("tables", "oif"),
    [
        ({"mangle": "-A OUTPUT -j MARK --set-mark 1"}, "two"),
        ({"nat": "-A OUTPUT -j DNAT --to-destination 10.3.0.7"}, "two"),
        ({"nat": "-A OUTPUT -j DNAT --to-destination 10.1.0.77"}, "lan"),
        ({"raw": "-A OUTPUT -j MARK --set-mark 1"}, "one"),
        ({"filter": "-A OUTPUT -j MARK --set-mark 1"}, "one"),
    ],
)
def test_what_the_router_sends_is_routed_again_behind_mangle_and_nat(tables: dict[str, str], oif: str) -> None:
    assert left(SENT, "", **tables).oif == oif


def test_rules_of_output_see_the_first_device_all_the_same() -> None:
    marking = "-A OUTPUT -j MARK --set-mark 1"
    assert left(SENT, "", mangle=marking, filter="-A OUTPUT -o one -j DROP").verdict is Verdict.DENIED_OUT
    assert left(SENT, "", mangle=marking, filter="-A OUTPUT -o two -j DROP").verdict is Verdict.ACCEPTED


def test_a_new_route_may_be_none() -> None:
    found = left(SENT, "", nat="-A OUTPUT -j DNAT --to-destination 10.5.0.1")
    assert found.verdict is Verdict.PROHIBITED


def test_redirected_to_itself_it_is_delivered() -> None:
    assert (
        left(OUT, nat="-A PREROUTING -j REDIRECT", filter="-A INPUT -d 10.1.0.1 -j DROP").verdict is Verdict.DENIED_IN
    )
    assert left(SENT, "", nat="-A OUTPUT -j REDIRECT").hop is None


@pytest.mark.parametrize(("rule", "is_through"), [("-i lan -o one", False), ("-i one", True), ("-o two", True)])
def test_postrouting_knows_both_devices(rule: str, is_through: bool) -> None:
    found = left(OUT, mangle=f":both -\n-A POSTROUTING -j both\n-A both {rule} -j DROP")
    assert found.is_through is is_through


def test_what_a_program_decides_is_conditional_and_what_nobody_knows_unknown() -> None:
    found = left(OUT, filter="-A FORWARD -j NFQUEUE --queue-num 0")
    assert found.verdict is Verdict.CONDITIONAL
    assert found.conditions == (
        "r, filter FORWARD rule 1: -A FORWARD -j NFQUEUE --queue-num 0: NFQUEUE: a program decides",
    )
    found = left(OUT, filter="-A FORWARD -m frobnicate -j DROP")
    assert found.verdict is Verdict.UNKNOWN
    assert "frobnicate" in found.reason


def test_each_of_several_ways_is_asked_by_itself_the_heaviest_first() -> None:
    first, second = exits(
        "tcp 10.1.0.50:4000 10.4.0.50:443",
        filter="-A FORWARD -o two -j DROP",
        mangle="-A FORWARD -o one -j MARK --set-mark 7",
    )
    assert (first.share, first.verdict, first.packet.mark) == (0.75, Verdict.ACCEPTED, 7)
    assert (second.share, second.verdict, second.packet.mark) == (0.25, Verdict.DENIED_FORWARD, 0)
    assert len(told(first, StepKind.MULTIPATH)) == len(told(second, StepKind.MULTIPATH)) == 1


def test_a_new_route_may_have_several_ways_too() -> None:
    first, second = exits(SENT, "", nat="-A OUTPUT -j DNAT --to-destination 10.4.0.50")
    assert [(each.share, each.oif, ends(each.packet)) for each in (first, second)] == [
        (0.75, "one", "10.1.0.1:4000 > 10.4.0.50:443"),
        (0.25, "two", "10.1.0.1:4000 > 10.4.0.50:443"),
    ]


def test_what_one_way_adds_to_a_set_the_other_does_not_see() -> None:
    first, second = exits(
        "tcp 10.1.0.50:4000 10.4.0.50:443",
        mangle="-A FORWARD -o one -j SET --add-set seen src",
        filter="-A FORWARD -m set --match-set seen src -j DROP",
    )
    assert (first.verdict, second.verdict) == (Verdict.DENIED_FORWARD, Verdict.ACCEPTED)


def test_a_route_that_refuses_decides_before_table_filter_is_asked() -> None:
    found = left("tcp 10.1.0.50:4000 10.5.0.50:443", filter=":FORWARD DROP")
    assert found.verdict is Verdict.PROHIBITED
    assert (found.decision.kind if found.decision else None) is DecisionKind.ROUTE
    assert places(found) == []


def test_an_open_visit_goes_on_behind_what_stops() -> None:
    (found,) = exits(OUT, "lan", (), True, filter=":FORWARD DROP\n-A FORWARD -j DROP", mangle="-A PREROUTING -j DROP")
    assert found.is_through


@pytest.mark.parametrize(
    "tables",
    [
        {"nat": "-A PREROUTING -j REDIRECT"},
        {"mangle": "-A PREROUTING -j SET --add-set seen src --frobnicate"},
    ],
)
def test_an_open_visit_goes_on_where_a_target_has_no_address_or_nobody_knows_what_it_does(
    tables: dict[str, str],
) -> None:
    met = "udp 10.1.0.50:4000 10.2.0.50:53"
    assert not left(met, "bare", **tables).is_through
    (found,) = exits(met, "bare", (), True, **tables)
    assert found.is_through


def test_ipv6_has_its_own_tables() -> None:
    found = left("tcp [2001:db8:1::50]:4000 [2001:db8:2::50]:443 flags=2", filter="-A FORWARD -j DROP")
    assert found.verdict is Verdict.DENIED_FORWARD
    assert found.decision is not None
    assert found.decision.section == "ip6tables_save"
