from backend.lab.plan.firewall import rule_lines
from backend.lab.plan.operation import joined
from backend.lab.plan.tracing import telling, traced
from tests.lab.saved import ruleset

RULES = """*raw
:PREROUTING DROP [0:0]
-A PREROUTING -i lo -j ACCEPT
-A PREROUTING -p udp -j ACCEPT
COMMIT
*filter
:INPUT ACCEPT [0:0]
-A INPUT -j DROP
COMMIT
"""


def test_what_packets_meet_first_is_our_rule_and_all_others_are_as_they_were() -> None:
    lines = traced(rule_lines(ruleset(RULES)), ("",))
    assert joined(lines).splitlines() == [
        "*raw",
        ":PREROUTING DROP [0:0]",
        ":OUTPUT ACCEPT [0:0]",
        "-A PREROUTING -j TRACE",
        "-A OUTPUT -j TRACE",
        "-A PREROUTING -i lo -j ACCEPT",
        "-A PREROUTING -p udp -j ACCEPT",
        "COMMIT",
        "*filter",
        ":INPUT ACCEPT [0:0]",
        "-A INPUT -j DROP",
        "COMMIT",
    ]
    assert [line.number for line in lines if line.chain == "PREROUTING"] == [0, 1, 2]


def test_a_router_without_rules_gets_the_table() -> None:
    head = ["*raw", ":PREROUTING ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"]
    rules = ["-A PREROUTING -j TRACE", "-A OUTPUT -j TRACE", "COMMIT"]
    assert joined(traced((), ("",))).splitlines() == head + rules


def test_some_packets_only() -> None:
    found = [line.text for line in traced((), ("-p udp", "-p tcp --syn")) if line.chain == "OUTPUT"]
    assert found == ["-A OUTPUT -p udp -j TRACE", "-A OUTPUT -p tcp --syn -j TRACE"]


def test_what_speaks_where_netfilter_tells_is_silent_and_all_else_is_as_it_was() -> None:
    speaking = '-A INPUT -p tcp -j NFLOG --nflog-prefix "TRACE: x "\n-A INPUT -j LOG'
    rules = ruleset(RULES.replace("-A INPUT -j DROP", speaking))
    said = joined(rule_lines(telling(rules)))
    assert said == joined(rule_lines(rules)).replace(' -j NFLOG --nflog-prefix "TRACE: x "', "")
    assert "-A INPUT -p tcp\n-A INPUT -j LOG\n" in said


def test_before_a_rule_that_may_match_another_time_stands_one_that_matches_then_too_and_does_nothing() -> None:
    text = """*filter
:INPUT ACCEPT [0:0]
-A INPUT -p tcp -m tcp --dport 22 -m recent --set --name s
-A INPUT -p tcp -m tcp --dport 22 -m recent --update --seconds 60 --name s -j DROP
-A INPUT -m limit --limit 5/min -j LOG
-A INPUT -m limit --limit 5/min -j ACCEPT
COMMIT
"""
    rules = [(line.number, line.text) for line in rule_lines(telling(ruleset(text))) if line.chain]
    first, shadow, second, third, bare, fourth = rules
    assert [number for number, _ in rules] == [1, -2, 2, 3, -4, 4]
    assert shadow[1] == "-A INPUT -p tcp -m tcp --dport 22"
    assert bare[1] == "-A INPUT"
    assert "\n".join(each[1] for each in (first, second, third, fourth)) in text
