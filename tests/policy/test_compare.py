import pytest

from backend.policy.compare import Comparer, everybody
from backend.policy.error import PolicyError
from backend.policy.expectation import Ports
from backend.policy.reading import read_policy
from backend.policy.span import spoken
from tests.policy.grounds import RULES, between, world

OTHER = RULES.replace("10.1.0.20-10.1.0.29", "10.1.0.20-10.1.0.24").replace("8000:8010", "8000:8020")


def test_the_same_network_decides_the_same() -> None:
    comparer = Comparer(between(), between())
    assert comparer.compare(everybody(between().network, between().network)).changes == ()


def test_what_changes_is_said_for_just_those_addresses_and_ports() -> None:
    (expected,) = read_policy("- 10.1.0.0/24 must reach db on 443, 8000-9000/tcp")
    compared = Comparer(between(), world(OTHER)).compare(expected)
    changes = {
        (tuple(spoken(each.sources)[:1]), tuple(ports.text for ports in each.services)): each.found
        for each in compared.changes
    }
    lost = changes[("10.1.0.25-10.1.0.29",), ("443/tcp",)]
    assert (lost.before.verdict.value, lost.after.verdict.value) == ("accepted", "denied_forward")
    won = [found for (_, ports), found in changes.items() if ports == ("8011-8020/tcp",)]
    assert {found.after.verdict.value for found in won} == {"accepted"}


def test_another_rule_that_says_the_same_is_a_change_only_when_asked_for() -> None:
    other = world(RULES + "-A FORWARD -d 10.2.0.50 -j DROP\n")
    comparer = Comparer(between(), other)
    expected = everybody(between().network, other.network, (Ports("tcp", 23, 23),))
    assert comparer.compare(expected).changes == ()
    (change,) = comparer.compare(expected, by_rule=True).changes
    assert change.found.after.decided_by is not None
    assert change.found.after.decided_by.text == "-A FORWARD -d 10.2.0.50 -j DROP"


def test_a_name_that_neither_knows_is_refused() -> None:
    (expected,) = read_policy("- nobody must reach db on 443")
    with pytest.raises(PolicyError, match="nobody"):
        Comparer(between(), between()).compare(expected)
