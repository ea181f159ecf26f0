from ipaddress import ip_network

import pytest

from backend.policy.edges import Edge, Flaw, ends_of, policy, rules, special, subnets
from tests.policy.grounds import between, network


def test_rules_begin_where_they_say() -> None:
    (router,) = between().network.routers
    found = {(each.low, each.high) for each in rules(router, 4) if isinstance(each, Edge)}
    assert {(0x0A010040, 0x0A01007F), (0x0A010014, 0x0A01001D)} <= found
    assert {(each.low, each.high) for each in policy(router, 4)} == {(0x0A0100C8, 0x0A0100CF)}
    assert not list(rules(router, 6))


def test_addresses_of_routers_and_hosts_and_ends_of_subnets() -> None:
    keys = {each.key for each in subnets(between().network, 4) if each.low == each.high}
    assert {("own", "fw", "a"), ("host", ()), "edge"} <= keys
    assert ends_of(ip_network("10.0.0.0/31")) == ()


@pytest.mark.parametrize("family", [4, 6])
def test_what_is_special_is_an_edge_of_its_own(family: int) -> None:
    found = list(special(4 if family == 4 else 6))
    assert len({each.key for each in found}) == len(found)


@pytest.mark.parametrize(
    ("rule", "is_translation"),
    [
        ("-A FORWARD -s 10.1.0.1/255.0.0.255 -j DROP", False),
        ('-A FORWARD -m u32 --u32 "12=1" -j DROP', False),
        ("-A FORWARD -j DNAT --to-destination 10.2.0.50-10.2.0.60", True),
        ("-A FORWARD -j NETMAP --to 10.9.0.0/24", True),
    ],
)
def test_what_areas_cannot_follow_is_said(rule: str, is_translation: bool) -> None:
    (router,) = network(rule).routers
    (flaw,) = (each for each in rules(router, 4) if isinstance(each, Flaw))
    assert flaw.is_translation is is_translation
    assert "filter FORWARD rule 1" in flaw.text


def test_one_address_to_translate_to_is_no_flaw() -> None:
    (router,) = network("-A FORWARD -j DNAT --to-destination 10.2.0.50:80").routers
    assert not [each for each in rules(router, 4) if isinstance(each, Flaw)]
