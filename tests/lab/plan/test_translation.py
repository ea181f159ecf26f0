from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import pytest

from backend.facts.machine import RouterEntry, build_router
from backend.lab.plan.translation import Passage, answers_for_others, translations
from backend.lab.plan.ways import Span
from backend.model.network import Router

PASSAGE = Passage({"eth0"}, {"eth1": (int(ip_address("10.1.0.1")), int(ip_address("10.1.0.2"))), "eth2": ()})
FLOW = ("10.0.0.50", "10.9.0.1")


def router(rule: str, table: str = "nat", family: int = 4) -> Router:
    chain = rule.split()[1]
    text = f"*{table}\n:{chain} ACCEPT [0:0]\n{rule}\nCOMMIT"
    return build_router(RouterEntry("r1", iptables=text) if family == 4 else RouterEntry("r1", ip6tables=text))


def results(rule: str, known: tuple[str, ...] = FLOW, **fields: Any) -> list[tuple[str, str]]:
    """(what becomes another, the address that it may become)"""
    kind = IPv6Address if fields.get("family") == 6 else IPv4Address
    spans: list[Span] = [(int(ip_address(each)),) * 2 for each in known]
    return [
        (
            "source" if each.is_of_source else "destination",
            str(kind(first)) + (f"-{kind(last)}" if last > first else ""),
        )
        for each in translations(router(rule, **fields), fields.get("family", 4))
        for first, last in each.results(spans, PASSAGE)
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("-A PREROUTING -j DNAT --to-destination 10.2.0.1:8080", [("destination", "10.2.0.1")]),
        ("-A PREROUTING -j DNAT --to-destination 10.2.0.1-10.2.0.4:80-90", [("destination", "10.2.0.1-10.2.0.4")]),
        ("-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination :8080", []),
        ("-A POSTROUTING -j SNAT --to-source 203.0.113.1", [("source", "203.0.113.1")]),
        ("-A POSTROUTING -j MASQUERADE", [("source", "10.1.0.1"), ("source", "10.1.0.2")]),
        ("-A POSTROUTING -o eth2 -j SNAT --to-source 203.0.113.1", [("source", "203.0.113.1")]),
        ("-A POSTROUTING -o eth+ -j SNAT --to-source 203.0.113.1", [("source", "203.0.113.1")]),
        (
            "-A PREROUTING -d 10.9.0.0/16 -j NETMAP --to 10.7.0.0/16",
            [("destination", "10.7.0.1"), ("source", "10.7.0.1")],
        ),
    ],
)
def test_what_an_address_may_become(rule: str, expected: list[tuple[str, str]]) -> None:
    found = results(rule)
    assert [each for each in found if each in expected] == expected
    assert found != [] or expected == []


@pytest.mark.parametrize(
    "rule",
    [
        "-A PREROUTING -d 10.8.0.0/16 -j DNAT --to-destination 10.2.0.1",
        "-A POSTROUTING -s 10.8.0.0/16 -j SNAT --to-source 203.0.113.1",
        "-A PREROUTING -i eth1 -j DNAT --to-destination 10.2.0.1",
        "-A POSTROUTING -o eth0 -j MASQUERADE",
        "-A POSTROUTING ! -o eth+ -j MASQUERADE",
        "-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080",
    ],
)
def test_rules_for_other_packets_change_nothing(rule: str) -> None:
    assert results(rule) == []


@pytest.mark.parametrize(
    "rule",
    [
        "-A PREROUTING ! -d 10.8.0.0/16 -j DNAT --to-destination 10.2.0.1",
        "-A PREROUTING -d 10.0.0.1/255.0.0.255 -j DNAT --to-destination 10.2.0.1",
        "-A PREROUTING ! -i eth9 -j DNAT --to-destination 10.2.0.1",
    ],
)
def test_what_is_not_certain_is_taken_to_match(rule: str) -> None:
    assert results(rule) == [("destination", "10.2.0.1")]


def test_ipv6_targets() -> None:
    known = ("2001:db8::1", "2001:db8:9::1")
    dnat = "-A PREROUTING -p tcp -j DNAT --to-destination [2001:db8:2::1]:8080"
    assert results(dnat, known, family=6) == [("destination", "2001:db8:2::1")]
    prefix = "-A PREROUTING -d 2001:db8:9::/48 -j DNPT --src-pfx 2001:db8:9::/48 --dst-pfx fd00::/127"
    assert results(prefix, known, family=6, table="mangle") == [("destination", "fd00::-fd00::1")]


def test_who_hands_packets_for_others_to_itself() -> None:
    assert answers_for_others(router("-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080"), 4)
    assert not answers_for_others(router("-A PREROUTING -j DNAT --to-destination 10.2.0.1"), 4)
