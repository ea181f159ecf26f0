import pytest

from backend.sim.netfilter.rule import CompiledRule
from tests.sim.netfilter.rules import firewall


def compiled(text: str) -> CompiledRule:
    return firewall(mangle=f":one -\n-A FORWARD {text}").tables["mangle"].chains["FORWARD"].rules[0]


@pytest.mark.parametrize(
    ("text", "is_harmless"),
    [
        ("-p tcp", True),
        ("-j LOG", True),
        ("-j ACCEPT", False),
        ("-j RETURN", False),
        ("-j one", False),
        ("-j MARK --set-xmark 1", False),
        ("-j FROBNICATE", False),
    ],
)
def test_a_rule_that_only_tells_is_harmless(text: str, is_harmless: bool) -> None:
    assert compiled(text).is_harmless is is_harmless


@pytest.mark.parametrize(
    ("text", "left", "every"),
    [
        ("-s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT", 0, 2),
        ("-p tcp -m tcp --dport 80 --tcp-flags SYN SYN -j ACCEPT", 1, 2),
        ("-i eth0 -m mark --mark 1 -m limit --limit 5/sec -j ACCEPT", 2, 3),
    ],
)
def test_what_the_index_knows_is_asked_only_of_a_packet_that_says_little(text: str, left: int, every: int) -> None:
    rule = compiled(text)
    assert (len(rule.checks), len(rule.all_checks())) == (left, every)
