from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.policy import parse_rule, read_rules
from backend.model.address import Family
from backend.model.policy import PolicyRule, RuleAction
from tests.facts.compare import read_rule, told_rule
from tests.facts.sample import configured, parsed, read

TABLES = names.TABLES | {"isp2": 102}


def rules(text: str, family: Family = 4) -> list[PolicyRule]:
    found, diagnostics = read(read_rules, text, family, TABLES, name="policy_rules")
    assert diagnostics == []
    return list(found)


def rule(text: str, family: Family = 4) -> PolicyRule:
    (found,) = rules(text, family)
    return found


def test_the_rules_that_every_system_has() -> None:
    found = rules("0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767: from all lookup default\n")
    assert [(item.priority, item.table, item.line) for item in found] == [(0, 255, 1), (32766, 254, 2), (32767, 253, 3)]
    assert found[0] == PolicyRule(4, 0, table=255, text="0:\tfrom all lookup local", line=1)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("from 10.1.0.0/16 to 10.2.0.1", {"source": ip_network("10.1.0.0/16"), "destination": ip_network("10.2.0.1")}),
        ("from 0/8", {"source": ip_network("0.0.0.0/8")}),
        ("from 10.1.1.1/16", {"source": ip_network("10.1.0.0/16")}),
        ("not from all to 10.0.0.0/8", {"inverted": True, "destination": ip_network("10.0.0.0/8")}),
        ("from all iif eth0.100 oif wg0", {"iif": "eth0.100", "oif": "wg0"}),
        ("from all iif eth9 [detached]", {"iif": "eth9", "is_detached": True}),
        ("from all fwmark 0x10", {"fwmark": 16, "fwmask": 0xFFFFFFFF}),
        ("from all fwmark 0x10/0xff", {"fwmark": 16, "fwmask": 0xFF}),
        ("from all fwmark 0/0x1", {"fwmark": 0, "fwmask": 1}),
        ("from all tos 0x10", {"tos": 0x10}),
        ("from all tos lowdelay", {"tos": 0x10}),
        ("from all ipproto tcp", {"protocol": 6}),
        ("from all sport ftp-data dport ssh", {"source_ports": (20, 20), "destination_ports": (22, 22)}),
        ("from all sport 1000-2000 dport 443", {"source_ports": (1000, 2000), "destination_ports": (443, 443)}),
        ("from all ipproto ipproto-253", {"protocol": 253}),
        ("from all uidrange 0-99", {"uids": (0, 99)}),
        ("from all tun_id 7", {"tunnel_id": 7}),
    ],
)  # fmt: skip
def test_every_selector(text: str, fields: dict[str, Any]) -> None:
    line = f"100:\t{text} lookup isp2"
    assert rule(line) == PolicyRule(4, 100, table=102, text=line, line=1, **fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("lookup 5000", {"table": 5000}),
        ("lookup isp2 suppress_prefixlength 0", {"table": 102, "suppress_prefixlength": 0}),
        ("lookup main suppress_ifgroup dmz", {"table": 254, "suppress_ifgroup": "dmz"}),
        ("lookup [l3mdev-table]", {"is_l3mdev": True}),
        ("lookup main realms 3/4 proto static", {"table": 254}),
        ("goto 200", {"action": RuleAction.GOTO, "goto": 200}),
        ("goto 200 [unresolved]", {"action": RuleAction.GOTO, "goto": 200, "is_unresolved": True}),
        ("nop", {"action": RuleAction.NOP}),
        ("blackhole", {"action": RuleAction.BLACKHOLE}),
        ("unreachable", {"action": RuleAction.UNREACHABLE}),
        ("prohibit proto static", {"action": RuleAction.PROHIBIT}),
    ],
)
def test_every_action(text: str, fields: dict[str, Any]) -> None:
    line = f"7: from all {text}"
    assert rule(line) == PolicyRule(4, 7, text=line, line=1, **fields)


def test_a_selector_that_we_do_not_know_is_kept_verbatim() -> None:
    found, diagnostics = read(read_rules, "9: from all dscp EF warp 1 iif eth0 lookup main", 4, TABLES)
    assert found[0].unknown == ("dscp EF warp 1",)
    assert (found[0].iif, found[0].table) == ("eth0", 254)
    assert "expected a selector of ip rule, not 'dscp EF warp 1'" in diagnostics[0]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("from all lookup 100 dscp EF", "dscp EF"),
        ("from all lookup 100 dscp 0x10/0x30", "dscp 0x10/0x30"),
        ("from all lookup 100 flowlabel 0x5/0xff", "flowlabel 0x5/0xff"),
        ("from all ipproto tcp sport 0x50/0xff lookup 100", "sport 0x50/0xff"),
    ],
)
def test_selectors_of_iproute2_6_15_leave_open_whether_a_rule_matches(text: str, unknown: str) -> None:
    found, diagnostics = read(read_rules, f"99:\t{text}", 4, TABLES)
    assert (found[0].unknown, found[0].table) == ((unknown,), 100)
    assert len(diagnostics) == 1


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("from all lookup nowhere", "lookup nowhere"),
        ("from all fwmark many lookup main", "fwmark many"),
        ("from all dport 65536 lookup main", "dport 65536"),
        ("from all sport 80/0xff lookup main", "sport 80/0xff"),
        ("from 2001:db8::/32 lookup main", "from 2001:db8::/32"),
        ("from all map-to 10.0.0.1", "map-to 10.0.0.1"),
    ],
)
def test_whether_a_rule_matches_is_not_known_where_its_selector_is_not_clear(text: str, unknown: str) -> None:
    found, diagnostics = read(read_rules, f"9: {text}", 4, TABLES)
    assert found[0].unknown == (unknown,)
    assert len(diagnostics) == 1


def test_what_is_no_rule_is_told() -> None:
    found, diagnostics = read(read_rules, "Error: nothing\n9: from all\n10: from all nop", 4, TABLES)
    assert [item.priority for item in found] == [10]
    assert diagnostics == [
        "r1_facts.txt:section:1: expected a policy rule such as '100: from all lookup 100' 'Error: nothing'",
        "r1_facts.txt:section:2: expected lookup, goto, nop, blackhole, unreachable or prohibit '9: from all'",
    ]


def test_arguments_of_ip_rule_add() -> None:
    found = parse_rule("from 10.1.1.0/24 table isp2 pref 100", 4, TABLES)
    assert (found.priority, found.table, str(found.source)) == (100, 102, "10.1.1.0/24")
    assert parse_rule("l3mdev", 6, TABLES, priority=5).is_l3mdev
    assert parse_rule("type blackhole to 10.0.0.0/8", 4).action is RuleAction.BLACKHOLE
    assert parse_rule("dev eth0 dsfield 0x10 lookup main sup_pl 0", 4).suppress_prefixlength == 0
    for wrong in ("from 10.0.0.0/8 lookup isp9", "from 10.0.0.0/8", "warp 9 lookup main", "lookup"):
        with pytest.raises(LineError):
            parse_rule(wrong, 4, TABLES)


WORDS = st.sampled_from(
    ["from", "to", "all", "10.0.0.0/8", "fwmark", "0x1", "lookup", "main", "goto", "nop", "sport", "[detached]"]
)


@given(st.one_of(st.text(), st.lists(WORDS).map(lambda words: "1: " + " ".join(words))))
def test_any_line_is_a_rule_or_a_diagnostic(text: str) -> None:
    found, diagnostics = read(read_rules, text, 4, TABLES)
    assert len(found) + len(diagnostics) >= sum(bool(line.strip()) for line in text.split("\n"))


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("family", [4, 6])
def test_real_rules_are_read_as_iproute2_says_in_json(family: Family) -> None:
    text, numbers, told = configured(
        f"ip -{family} rule show", f"ip -{family} -N rule show", f"ip -{family} -j rule show"
    )
    assert len(parsed(told)) > 25
    for printed in (text, numbers):
        found = rules(printed, family)
        assert [told_rule(item) for item in parsed(told)] == [read_rule(item) for item in found]
