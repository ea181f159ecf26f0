import pytest

from backend.model.network import Router
from backend.sim.netfilter.firewall import compile_firewalls
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.rules import firewall, passed, router, saved

WEB = "tcp 10.0.0.1:4000 10.0.9.9:80"


def test_each_family_has_its_own_rules() -> None:
    rules = compile_firewalls(router(saved(filter="-A FORWARD -d 2001:db8::/32 -j DROP"), family=6))
    assert rules[4].tables == {}
    assert passed(rules[6], ("filter",), meeting("tcp [2001:db8::1]:1 [2001:db8::2]:80")) == "filter FORWARD 1: DROP"


def test_rules_that_the_facts_do_not_hold_are_missing_with_the_reason() -> None:
    rules = compile_firewalls(Router("r"))
    assert (rules[4].missing, rules[6].missing) == (
        "iptables_save is not in the facts",
        "ip6tables_save is not in the facts",
    )


def test_a_router_without_rules_misses_nothing_nor_does_one_that_is_no_linux() -> None:
    assert compile_firewalls(router(""))[4].missing == ""
    assert compile_firewalls(Router("r", kind="internet"))[4].missing == ""


SETS = "ipset = '''\ncreate bad hash:ip\nadd bad 10.0.0.1\n'''\n"


def test_rules_ask_the_sets_of_their_router() -> None:
    rules = saved(filter="-A FORWARD -m set --match-set bad src -j DROP")
    known = compile_firewalls(router(rules, more=SETS))[4]
    assert passed(known, ("filter",), meeting(WEB)) == "filter FORWARD 1: DROP"
    assert passed(known, ("filter",), meeting("tcp 10.0.0.2:1 10.0.9.9:80")) == "filter FORWARD policy"


@pytest.mark.parametrize(
    ("table", "rule", "is_tracking"),
    [
        ("filter", "-A FORWARD -j DROP", False),
        ("filter", "-A FORWARD -m state --state NEW", True),
        ("filter", "-A FORWARD -m conntrack --ctstate NEW", True),
        ("filter", "-A FORWARD -m connmark --mark 1", True),
        ("mangle", "-A FORWARD -j MARK --set-xmark 1", False),
        ("mangle", "-A FORWARD -j CONNMARK --save-mark", True),
        ("nat", "-A POSTROUTING -j ACCEPT", False),
        ("nat", "-A POSTROUTING -j MASQUERADE", True),
        ("raw", "-A PREROUTING -j NOTRACK", False),
        ("raw", "-A PREROUTING -j CT --notrack", False),
        ("raw", "-A PREROUTING -j CT --zone 1", True),
    ],
)
def test_connections_are_followed_where_a_rule_needs_them(table: str, rule: str, is_tracking: bool) -> None:
    assert firewall(**{table: rule}).is_tracking is is_tracking
