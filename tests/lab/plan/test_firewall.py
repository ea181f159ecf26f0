import pytest

from backend.lab.plan.firewall import parts, rule_lines, set_lines
from backend.lab.plan.operation import joined
from backend.model.firewall import Chain, IpSet, Rule, Ruleset, SetEntry, Table
from tests.lab.saved import ruleset, sets

RULES = """*filter
:INPUT DROP [12:3456]
:own - [0:0]
[1:60] -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "a b" -j own
-A INPUT -j DROP
-A own -g own2
COMMIT
"""
SETS = """create a hash:ip family inet comment
create b bitmap:port range 0-100
create c list:set size 8
add a 10.0.0.1 comment "two words"
add a 10.0.0.2 nomatch
add c a
"""


def test_rules_are_what_iptables_restore_reads_without_counters() -> None:
    assert joined(rule_lines(ruleset(RULES))) == RULES.replace("[12:3456]", "[0:0]").replace("[1:60] ", "")


def test_each_rule_knows_its_place_in_the_facts() -> None:
    lines = rule_lines(ruleset(RULES))
    rules = [(line.table, line.chain, line.number, line.line) for line in lines if line.chain]
    assert rules == [("filter", "INPUT", 1, 4), ("filter", "INPUT", 2, 5), ("filter", "own", 1, 6)]


def test_sets_come_before_entries_and_hashes_have_a_fixed_start() -> None:
    found = set_lines(sets(SETS))
    lines = joined(found).splitlines()
    assert [line.split()[0] for line in lines] == ["create"] * 3 + ["add"] * 3
    assert lines[0].startswith("create a hash:ip family inet comment initval 0x")
    assert lines[1] == "create b bitmap:port range 0-100"
    assert lines[3:] == ['add a 10.0.0.1 comment "two words"', "add a 10.0.0.2 nomatch", "add c a"]
    assert [(line.name, line.line) for line in found[2:]] == [("c", 3), ("a", 4), ("a", 5), ("c", 6)]


@pytest.mark.parametrize(
    "bad",
    [
        IpSet("a b", "hash:ip"),
        IpSet("a", "hash:ip\nflush"),
        IpSet("a", "hash:ip", entries=(SetEntry(('1.2.3.4" flush',)),)),
        IpSet("a", "hash:ip", entries=(SetEntry(("1.2.3.4\nflush",)),)),
    ],
)
def test_nothing_in_the_facts_adds_a_command(bad: IpSet) -> None:
    lines = set_lines((bad,))
    assert "flush" not in joined(lines)
    assert [line.flaw for line in lines if line.flaw] != []


def test_nothing_in_the_rules_adds_a_line() -> None:
    rule = Rule("filter", "a", 1, comment="x", text="")
    table = Table("filter\n*nat", (Chain("a\n-P INPUT DROP", rules=(rule,)),))
    assert [line.text for line in rule_lines(Ruleset(4, (table,))) if not line.flaw] == ["-A a", "COMMIT"]


def test_rules_in_parts_are_the_same_rules_in_the_same_order() -> None:
    rules = [f"-A FORWARD -s 10.0.0.{number}/32 -j DROP" for number in range(7)]
    head, nat = ("*filter", ":FORWARD ACCEPT [0:0]", ":own - [0:0]"), ("*nat", ":INPUT ACCEPT [0:0]", "COMMIT")
    raw = ("*raw", ":OUTPUT ACCEPT [0:0]", "-A OUTPUT -j ACCEPT", "-A OUTPUT -j DROP", "-A OUTPUT -j own", "COMMIT")
    lines = rule_lines(ruleset("\n".join((*head, *rules, "COMMIT", *nat, *raw))))
    first, second, third, fourth = map(joined, parts(lines, 2))

    assert ":own - [0:0]" in first
    assert first.count("COMMIT") == 3
    assert second == f"*filter\n{rules[2]}\n{rules[3]}\nCOMMIT\n*raw\n-A OUTPUT -j own\nCOMMIT\n"
    assert (third, fourth) == (f"*filter\n{rules[4]}\n{rules[5]}\nCOMMIT\n", f"*filter\n{rules[6]}\nCOMMIT\n")
    assert parts(lines, 100) == [lines]
