from backend.lab.plan.firewall import rule_lines
from backend.lab.plan.operation import joined
from backend.lab.plan.tracing import silent, traced
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
    said = joined(rule_lines(silent(rules)))
    assert said == joined(rule_lines(rules)).replace(' -j NFLOG --nflog-prefix "TRACE: x "', "")
    assert "-A INPUT -p tcp\n-A INPUT -j LOG\n" in said
