from ipaddress import ip_address
from typing import Any

import pytest
from msgspec.structs import replace

from backend.facts.machine import InterfaceEntry, RouterEntry, build_router
from backend.lab.plan.ways import Span, Ways
from backend.model.address import Address

EVERY = (
    InterfaceEntry("eth0", addresses=("10.0.0.1/24", "2001:db8::1/64")),
    InterfaceEntry("eth1", addresses=("10.1.0.1/24",)),
    InterfaceEntry("dead0", addresses=("10.2.0.1/24",), carrier=False),
)
ANYBODY = [(0, 0xFFFFFFFF)]


def ways(family: Any = 4, **fields: Any) -> Ways:
    return Ways(build_router(RouterEntry("r1", interface=EVERY, **fields)), family)


def span(first: str, last: str = "") -> Span:
    return int(ip_address(first)), int(ip_address(last or first))


def vias(found: Ways, to: Span, sources: list[Span] | None = None) -> list[Address | str | None]:
    return [hop.via or hop.dev for hop, _ in found.hops(to, ANYBODY if sources is None else sources)]


def shown(found: Ways, to: str) -> list[str]:
    return [str(each) for each in vias(found, span(to))]


def test_of_one_table_the_longest_prefix_and_the_lowest_metric_count() -> None:
    found = ways(routes=("default via 10.0.0.9", "10.9.0.0/16 via 10.0.0.2", "10.9.0.0/16 via 10.0.0.3 metric 5"))
    assert shown(found, "10.9.0.1") == ["10.0.0.2"]


@pytest.mark.parametrize("route", ["10.9.0.0/16 via 10.0.0.2 tos 0x10", "10.9.0.0/16 via 10.2.0.2 dev dead0"])
def test_a_route_that_may_not_be_used_leaves_the_next_one(route: str) -> None:
    found = ways(routes=("default via 10.0.0.9", route))
    assert shown(found, "10.9.0.1")[1:] == ["10.0.0.9"]


@pytest.mark.parametrize("kind", ["unreachable", "blackhole", "prohibit", "throw"])
def test_a_route_that_refuses_ends_its_table(kind: str) -> None:
    assert shown(ways(routes=("default via 10.0.0.9", f"{kind} 10.9.0.0/16")), "10.9.0.1") == []


def test_every_table_that_a_rule_may_ask_counts() -> None:
    routes = ("default via 10.0.0.9", "default via 10.0.0.2 table 7", "default via 10.0.0.3 table 8")
    assert shown(ways(routes=routes, rules=("fwmark 1 lookup 7 priority 5",)), "10.9.0.1") == ["10.0.0.2", "10.0.0.9"]
    inverted = ways(routes=routes, rules=("not from 10.9.9.0/24 to 10.9.8.0/24 lookup 8",))
    assert ip_address("10.0.0.3") in vias(inverted, span("10.9.0.1"), [])


def test_a_rule_for_other_packets_is_not_followed() -> None:
    routes = ("default via 10.0.0.9", "default via 10.0.0.2 table 7", "default via 10.0.0.3 table 8")
    found = ways(routes=routes, rules=("from 10.7.0.0/16 lookup 7", "to 10.8.0.0/16 lookup 8"))
    assert vias(found, span("10.9.0.1"), [span("10.6.0.1")]) == [ip_address("10.0.0.9")]
    assert vias(found, span("10.8.0.1"), [span("10.7.0.1")]) == [ip_address(f"10.0.0.{n}") for n in (3, 2, 9)]


def test_what_the_router_sends_itself_is_among_the_sources() -> None:
    found = ways(routes=("default via 10.0.0.2 table 7",), rules=("from 10.1.0.0/24 lookup 7",))
    assert vias(found, span("10.9.0.1"), []) == [ip_address("10.0.0.2")]


def test_its_own_addresses_go_nowhere_while_table_local_is_asked_first() -> None:
    assert shown(ways(), "10.0.0.1") == []
    late = ("from all lookup local priority 9", "from all lookup main priority 1")
    assert shown(ways(rules=late), "10.0.0.1") == [], "local is still first, by the kernel's own rule"


def test_of_a_range_all_routes_count_each_for_its_part() -> None:
    found = ways(routes=("default via 10.0.0.9", "10.9.1.0/24 via 10.0.0.2"))
    hops = [(str(hop.via), part) for hop, part in found.hops(span("10.9.0.250", "10.9.1.9"), ANYBODY)]
    assert ("10.0.0.2", span("10.9.1.0", "10.9.1.9")) in hops
    assert ("10.0.0.9", span("10.9.0.250", "10.9.1.9")) in hops


def test_prefixes_of_table_local_are_the_routers_own() -> None:
    found = ways(routes=("local 10.7.0.0/16 dev lo",))
    assert found.is_wide
    assert [found.delivers(span(each)[0]) for each in ("10.7.3.3", "10.0.0.1", "10.8.0.1")] == [True, True, False]
    assert not ways().is_wide


def test_without_policy_rules_in_the_facts_every_table_may_be_asked() -> None:
    router = build_router(RouterEntry("r1", interface=EVERY, routes=("default via 10.0.0.2 table 7",)))
    assert shown(Ways(router, 4), "10.9.0.1") == []
    assert shown(Ways(replace(router, rules_flaw={4: "policy_rules is not in the facts"}), 4), "10.9.0.1") == [
        "10.0.0.2"
    ]


def test_a_host_may_try_another_ipv6_router() -> None:
    routes = ("2001:db8:9::/48 via 2001:db8::2", "2001:db8:9::/48 via 2001:db8::3 metric 2048")
    assert shown(ways(6, routes=routes), "2001:db8:9::1") == ["2001:db8::2"]
    assert shown(ways(6, routes=routes, forwarding=False), "2001:db8:9::1") == ["2001:db8::2", "2001:db8::3"]


def test_the_longest_routes_of_each_table() -> None:
    found = ways(routes=("10.9.0.0/16 via 10.0.0.2", "10.9.9.0/24 via 10.0.0.3 tos 8", "10.9.0.0/20 dev eth1 table 7"))
    assert [str(route.prefix) for route in found.longest(span("10.9.9.9")[0])] == ["10.9.0.0/20", "10.9.0.0/16"]
