import pytest

from backend.cli.error import UsageError
from backend.cli.tools.counters import differences
from backend.facts.iptables import read_ruleset
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.firewall import Ruleset
from tests.cli.tools.rules import rules


def ruleset(text: str) -> Ruleset:
    found, why = read_ruleset(Section("x", start=1, lines=text.splitlines()), 4, Notes("x"))
    assert found is not None, why
    return found


def test_rules_and_policies_that_counted() -> None:
    found = list(differences(ruleset(rules()), ruleset(rules(5, 1, 6))))
    assert [(each.number, each.action, each.before, each.after, each.packets, each.bytes) for each in found] == [
        (1, "ACCEPT", 3, 5, 2, 200), (2, "DROP", 0, 1, 1, 100), (None, "DROP", 5, 6, 1, 100),
    ]  # fmt: skip
    assert (found[1].comment, found[1].line) == ("no telnet", 8)
    assert list(differences(ruleset(rules()), ruleset(rules()))) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (rules(2), "rule 1: counted 3 before and 2 after; were they set to zero"),
        (rules().replace("dport 22", "dport 21"), "filter FORWARD: the rules are others"),
        (rules().replace(":user - [0:0]\n", ""), "chain of table filter user: is not in both"),
        (rules().replace("*filter", "*nat"), "table filter, nat: is not in both"),
        (rules().replace("[3:300] ", ""), "rule 1: has no counters; iptables-save needs -c"),
    ],
)
def test_what_cannot_be_compared_is_named(other: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        list(differences(ruleset(rules()), ruleset(other)))
