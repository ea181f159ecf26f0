import pytest

from backend.facts.ipset import read_saved
from backend.facts.iptables import read_ruleset
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.lab.error import LabError
from backend.lab.plan.firewall import parts, rules_text, sets_text
from backend.model.firewall import IpSet, SetEntry

RULES = """*filter
:INPUT DROP [12:3456]
:own - [0:0]
[1:60] -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "a b" -j own
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
    ruleset, _ = read_ruleset(Section("iptables", lines=RULES.splitlines()), 4, Notes("x"))
    assert ruleset is not None
    assert rules_text(ruleset) == RULES.replace("[12:3456]", "[0:0]").replace("[1:60] ", "")


def test_sets_come_before_entries_and_hashes_have_a_fixed_start() -> None:
    text = sets_text(read_saved(Section("ipset", lines=SETS.splitlines()), Notes("x")))
    lines = text.splitlines()
    assert [line.split()[0] for line in lines] == ["create"] * 3 + ["add"] * 3
    assert lines[0].startswith("create a hash:ip family inet comment initval 0x")
    assert lines[1] == "create b bitmap:port range 0-100"
    assert lines[3:] == ['add a 10.0.0.1 comment "two words"', "add a 10.0.0.2 nomatch", "add c a"]


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
    with pytest.raises(LabError):
        sets_text((bad,))


def test_rules_in_parts_are_the_same_rules_in_the_same_order() -> None:
    rules = [f"-A FORWARD -s 10.0.0.{number}/32 -j DROP" for number in range(7)]
    head, nat = ("*filter", ":FORWARD ACCEPT [0:0]", ":own - [0:0]"), ("*nat", ":INPUT ACCEPT [0:0]", "COMMIT")
    raw = ("*raw", ":OUTPUT ACCEPT [0:0]", "-A OUTPUT -j ACCEPT", "-A OUTPUT -j DROP", "-A OUTPUT -j own", "COMMIT")
    text = "".join(f"{line}\n" for line in (*head, *rules, "COMMIT", *nat, *raw))
    first, second, third, fourth = parts(text, 2)

    assert ":own - [0:0]" in first
    assert first.count("COMMIT") == 3
    assert second == f"*filter\n{rules[2]}\n{rules[3]}\nCOMMIT\n*raw\n-A OUTPUT -j own\nCOMMIT\n"
    assert (third, fourth) == (f"*filter\n{rules[4]}\n{rules[5]}\nCOMMIT\n", f"*filter\n{rules[6]}\nCOMMIT\n")
    assert parts(text, 100) == [text]
