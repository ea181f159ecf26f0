import pytest

from backend.sim.netfilter.connection import State
from backend.sim.netfilter.hooks import FILTERING, ORDER, REROUTING, pass_tables
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.traverse import Asking, Choices
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import CHAINS, firewall, passed

ALL = firewall(
    **{**dict.fromkeys(CHAINS, ""), "filter": "-A FORWARD -m conntrack --ctstate INVALID -j DROP"},
)
"""Every table, and a rule that needs connections: else nobody asks table nat."""
SILENT = Asking(Choices(), lambda matched: None)
NEW = "tcp 10.0.0.1:4000 10.0.9.9:80 flags=2"


def at(hook: str, met: str = NEW) -> Meeting:
    return meeting(f"{met} hook={hook}")


@pytest.mark.parametrize(
    ("hook", "expected"),
    [
        ("PREROUTING", ["raw", "mangle", "nat"]),
        ("INPUT", ["mangle", "filter", "security", "nat"]),
        ("FORWARD", ["mangle", "filter", "security"]),
        ("POSTROUTING", ["mangle", "nat"]),
    ],
)
def test_tables_come_in_the_kernels_order(hook: str, expected: list[str]) -> None:
    told = passed(ALL, ("conntrack", *ORDER[Hook[hook]]), at(hook))
    assert told == ", ".join(f"{table} {hook} policy" for table in expected)


def test_what_a_router_sends_passes_tables_in_order_too() -> None:
    tables = [table for group, _ in REROUTING for table in group] + list(FILTERING)
    told = passed(ALL, tables, at("OUTPUT"))
    assert told == ", ".join(f"{table} OUTPUT policy" for table in ("raw", "mangle", "nat", "filter", "security"))


def test_a_table_that_stops_the_packet_is_the_last() -> None:
    rules = firewall(raw="-A PREROUTING -j ACCEPT", mangle="-A PREROUTING -j DROP", nat="")
    assert passed(rules, ORDER[Hook.PREROUTING], at("PREROUTING")) == "raw PREROUTING 1, mangle PREROUTING 1: DROP"


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"raw": "-A PREROUTING -m conntrack --ctstate NEW -j DROP"}, State.NEW),
        ({"mangle": "-A PREROUTING -m conntrack --ctstate NEW -j DROP"}, State.NEW),
        ({"mangle": "-A PREROUTING -p tcp -j DROP"}, State.INVALID),
    ],
)
def test_connections_are_known_behind_raw_and_only_where_a_rule_needs_them(
    tables: dict[str, str], expected: State
) -> None:
    met = at("PREROUTING")
    told = passed(firewall(**tables), ORDER[Hook.PREROUTING], met)
    assert met.state is expected
    assert told.endswith("DROP") is ("mangle" in tables)


SNAT = "-A POSTROUTING -j SNAT --to-source 10.7.0.1"


def test_table_nat_is_asked_once_at_each_end_of_the_way() -> None:
    rules = firewall(nat=f"-A PREROUTING -j DNAT --to-destination 10.8.0.1\n{SNAT}")
    first = at("PREROUTING")
    assert passed(rules, ORDER[Hook.PREROUTING], first) == "nat PREROUTING 1"
    assert passed(rules, ORDER[Hook.PREROUTING], first) == ""
    first.hook = Hook.POSTROUTING
    assert passed(rules, ORDER[Hook.POSTROUTING], first) == "nat POSTROUTING 1"
    assert first.connection is not None
    again = at("PREROUTING")
    assert passed(rules, ORDER[Hook.PREROUTING], again, known=(first.connection,)) == ""
    assert again.packet.destination == first.packet.destination, "translated all the same"


def test_a_connection_that_no_rule_translates_is_decided_too() -> None:
    met = at("PREROUTING")
    pass_tables(firewall(nat=SNAT), ORDER[Hook.PREROUTING], met, (), SILENT)
    assert met.connection is not None
    assert met.connection.is_destination_decided
    assert not met.connection.has_destination_translated


def test_what_is_not_tracked_is_not_translated() -> None:
    rules = firewall(raw="-A PREROUTING -j NOTRACK", nat="-A PREROUTING -j DNAT --to-destination 10.8.0.1")
    told = passed(rules, ORDER[Hook.PREROUTING], at("PREROUTING"))
    assert told == "raw PREROUTING 1, raw PREROUTING policy"


def test_a_rule_of_table_nat_that_drops_stops_the_packet() -> None:
    rules = firewall(nat=f"-A PREROUTING -j DROP\n{SNAT}")
    assert passed(rules, ORDER[Hook.PREROUTING], at("PREROUTING")) == "nat PREROUTING 1: DROP"


@pytest.mark.parametrize(
    ("table", "rule", "is_rerouted"),
    [
        ("raw", "-A OUTPUT -j MARK --set-xmark 0x1", False),
        ("mangle", "-A OUTPUT -j MARK --set-xmark 0x1", True),
        ("mangle", "-A OUTPUT -j TOS --set-tos 0x10/0xff", True),
        ("mangle", "-A OUTPUT -j TTL --ttl-set 9", False),
        ("nat", "-A OUTPUT -j DNAT --to-destination 10.8.0.1", True),
        ("nat", "-A OUTPUT -p tcp -j DNAT --to-destination :90", False),
        ("nat", "-A OUTPUT -j DNAT --to-destination 10.0.9.9", False),
    ],
)
def test_what_is_sent_is_routed_again_where_mangle_or_nat_change_what_routes_ask_for(
    table: str, rule: str, is_rerouted: bool
) -> None:
    rules, met = firewall(**{table: rule}), at("OUTPUT")
    found = []
    for tables, looks_at in REROUTING:
        before = looks_at(met.packet)
        pass_tables(rules, tables, met, (), SILENT)
        found.append(before != looks_at(met.packet))
    assert any(found) is is_rerouted
