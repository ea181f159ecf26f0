import pytest

from backend.model.answer import DecisionKind
from backend.model.firewall import Rule, Target
from backend.sim.netfilter.traverse import Matched
from backend.sim.words import decision_of, ends
from tests.sim.netfilter.match.asking import meeting


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ("tcp 10.1.0.50:40000 10.2.1.50:443", "10.1.0.50:40000 > 10.2.1.50:443"),
        ("icmp 10.1.0.50 10.2.1.50", "10.1.0.50 > 10.2.1.50"),
        ("tcp [2001:db8::1]:1 [2001:db8::2]:2", "[2001:db8::1]:1 > [2001:db8::2]:2"),
        ("icmpv6 [2001:db8::1] [2001:db8::2]", "2001:db8::1 > 2001:db8::2"),
    ],
)
def test_both_ends_of_a_packet_in_words(met: str, expected: str) -> None:
    assert ends(meeting(met).packet) == expected


def test_a_rule_and_a_policy_as_decisions() -> None:
    rule = Rule("filter", "FORWARD", 3, target=Target("DROP"), text="-A FORWARD -j DROP", line=12)
    found = decision_of("gw", 4, Matched("filter", "FORWARD", rule))
    assert found.spoken == "gw, filter FORWARD rule 3: -A FORWARD -j DROP"
    assert (found.action, found.section, found.line) == ("DROP", "iptables_save", 12)
    policy = decision_of("gw", 6, Matched("filter", "INPUT", policy="DROP"))
    assert (policy.kind, policy.text, policy.section) == (DecisionKind.POLICY, ":INPUT DROP", "ip6tables_save")
