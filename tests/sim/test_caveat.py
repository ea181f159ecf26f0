import pytest

from backend.sim.caveat import applying
from tests.sim.build import packet, router

REST = """
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24"]
"""
BY_MARK = 'rules = ["fwmark 1 lookup main priority 5"]\n'


def told(table: str, rule: str, by_mark: str = BY_MARK, service: str = "tcp/443", iif: str | None = "eth0") -> bool:
    chains = ":PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:custom - [0:0]\n"
    loaded = f"iptables = '''*{table}\n{chains}{rule}\nCOMMIT\n'''\n"
    return bool(applying(router(loaded + by_mark + REST).caveats, packet("10.1.1.5", "10.2.1.5", service), iif))


MARKS = "-j MARK --set-xmark 0x1/0xff"


def test_a_mark_matters_where_rules_ask_for_marks() -> None:
    assert told("mangle", f"-A PREROUTING {MARKS}")
    assert not told("mangle", f"-A PREROUTING {MARKS}", by_mark="")


@pytest.mark.parametrize(
    ("match", "applies"),
    [
        ("-s 10.1.0.0/16", True),
        ("-s 10.9.0.0/16", False),
        ("! -s 10.1.0.0/16", False),
        ("-d 10.2.1.5/32 -p tcp -m tcp --dport 80", True),
        ("-d 10.2.1.6/32", False),
        ("-i eth0", True),
        ("-i eth+", True),
        ("-i wg+", False),
        ("! -i eth0", False),
        ("-p udp", False),
        ("! -p udp", True),
    ],
)
def test_a_rule_that_cannot_match_is_no_caveat(match: str, applies: bool) -> None:
    assert told("mangle", f"-A PREROUTING {match} {MARKS}") is applies


def test_a_protocol_that_the_flow_does_not_name_is_possible() -> None:
    assert told("mangle", f"-A PREROUTING -p udp {MARKS}", service="")


def test_translated_destinations() -> None:
    assert told("nat", "-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.9", by_mark="")
    assert told("nat", "-A custom -p tcp -j DNAT --to-destination 10.1.1.9", by_mark="")


def test_chains_are_for_what_arrives_or_for_what_is_sent() -> None:
    assert not told("nat", "-A OUTPUT -p tcp -j DNAT --to-destination 10.1.1.9")
    assert told("nat", "-A OUTPUT -p tcp -j DNAT --to-destination 10.1.1.9", iif=None)
    assert not told("nat", "-A PREROUTING -p tcp -j DNAT --to-destination 10.1.1.9", iif=None)


def test_what_happens_behind_routing_is_no_caveat() -> None:
    loaded = (
        "iptables = '''*mangle\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MARK --set-xmark 0x1/0xff\nCOMMIT\n'''\n"
    )
    assert router(loaded + BY_MARK + REST).caveats == ()
