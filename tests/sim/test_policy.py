from typing import Any

import pytest

from backend.model.address import parse_prefix
from backend.model.policy import PolicyRule, RuleAction
from backend.sim.packet import Packet
from backend.sim.policy import Fit, compile_rules, matching
from tests.sim.build import packet

TCP = packet("10.1.1.5", "10.2.1.5", "tcp/40000/443", mark=0x11, tos=0x10)


def fits(what: Packet, on_vrf: str | None = None, **selectors: Any) -> Fit:
    rule = PolicyRule(family=4, priority=10, table=1, **selectors)
    found = list(matching(compile_rules(4, (rule,)), what, "eth0", on_vrf))
    return found[0][1] if found else Fit.NO


@pytest.mark.parametrize(
    "selectors",
    [
        {},
        {"source": parse_prefix("10.1.0.0/16")},
        {"destination": parse_prefix("10.2.1.5/32")},
        {"source": parse_prefix("0.0.0.0/0")},
        {"iif": "eth0"},
        {"fwmark": 0x10, "fwmask": 0xF0},
        {"fwmark": 0x11},
        {"tos": 0x10},
        {"protocol": 6},
        {"source_ports": (40000, 40000)},
        {"destination_ports": (400, 443), "protocol": 6},
        {"uids": (0, 0)},
    ],
)
def test_selectors_that_fit(selectors: dict[str, Any]) -> None:
    assert fits(TCP, **selectors) is Fit.YES
    assert fits(TCP, inverted=True, **selectors) is Fit.NO


@pytest.mark.parametrize(
    "selectors",
    [
        {"source": parse_prefix("10.2.0.0/16")},
        {"destination": parse_prefix("10.2.1.4/32")},
        {"iif": "eth1"},
        {"oif": "eth0"},
        {"fwmark": 0x20, "fwmask": 0xF0},
        {"fwmark": 0x10},
        {"tos": 0x08},
        {"protocol": 17},
        {"destination_ports": (444, 500)},
        {"uids": (1000, 2000)},
        {"tunnel_id": 7},
        {"is_l3mdev": True},
        {"source": parse_prefix("10.1.0.0/16"), "protocol": 17},
    ],
)
def test_selectors_that_do_not_fit(selectors: dict[str, Any]) -> None:
    assert fits(TCP, **selectors) is Fit.NO
    assert fits(TCP, inverted=True, **selectors) is Fit.YES


def test_a_rule_about_a_missing_interface_never_matches() -> None:
    assert fits(TCP, iif="eth0", is_detached=True) is Fit.NO


def test_the_vrf_of_the_incoming_interface_counts_as_it() -> None:
    assert fits(TCP, on_vrf="blue", is_l3mdev=True) is Fit.YES
    assert fits(packet("10.1.1.5", "10.2.1.5"), on_vrf="blue", iif="blue") is Fit.YES


def test_a_flow_that_says_no_port_is_not_guessed_at() -> None:
    assert fits(packet("10.1.1.5", "10.2.1.5"), destination_ports=(443, 443)) is Fit.UNSAID
    assert fits(packet("10.1.1.5", "10.2.1.5", "tcp"), destination_ports=(443, 443), protocol=17) is Fit.NO
    assert fits(packet("10.1.1.5", "10.2.1.5", "icmp"), destination_ports=(0, 443)) is Fit.NO, "icmp has no ports"


def test_a_selector_that_we_do_not_know_is_not_guessed_at() -> None:
    assert fits(TCP, unknown=("flowlabel 0x1",)) is Fit.UNKNOWN
    assert fits(TCP, unknown=("flowlabel 0x1",), iif="eth9") is Fit.NO, "it could not match in any case"


def rules(*given: tuple[int, RuleAction, int | None]) -> list[int]:
    compiled = compile_rules(
        4, tuple(PolicyRule(family=4, priority=at, action=action, goto=goto, table=1) for at, action, goto in given)
    )
    return [each.rule.priority for each, _ in matching(compiled, TCP, "eth0", None)]


def test_rules_are_met_by_priority_and_goto_leaps() -> None:
    lookup, goto = RuleAction.LOOKUP, RuleAction.GOTO
    assert rules((30, lookup, None), (10, lookup, None), (20, lookup, None)) == [10, 20, 30]
    assert rules((10, goto, 30), (20, lookup, None), (30, lookup, None)) == [10, 30]
    assert rules((10, goto, 25), (20, lookup, None), (30, lookup, None)) == [10, 20, 30], "the target is missing"


def test_rules_of_the_other_family_are_not_met() -> None:
    compiled = compile_rules(4, (PolicyRule(family=6, priority=1), PolicyRule(family=4, priority=2)))
    assert [each.rule.priority for each in compiled] == [2]


def test_tos_is_compared_with_three_bits_in_ipv4_and_with_six_in_ipv6() -> None:
    assert fits(packet("10.1.1.5", "10.2.1.5", tos=0xB0), tos=0x10) is Fit.YES

    def fits6(tos: int) -> bool:
        rule = PolicyRule(family=6, priority=10, table=1, tos=0xB0)
        return bool(list(matching(compile_rules(6, (rule,)), packet("::5", "::6", tos=tos), "eth0", None)))

    assert (fits6(0xB0), fits6(0xB3), fits6(0x10)) == (True, True, False)


def test_not_about_a_missing_interface_always_matches() -> None:
    assert fits(TCP, iif="gone", is_detached=True, inverted=True) is Fit.YES
