"""Whole prefixes, against each address asked by itself."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.model.flow import Service
from backend.policy.check import Checked, Checker, joined_ports, worst
from backend.policy.deciding import State, judged
from backend.policy.error import PolicyError
from backend.policy.expectation import Ports
from backend.policy.kind import Kind, World
from backend.policy.reading import read_policy
from backend.policy.span import spoken
from backend.sim import Question, compile_network
from backend.sim.probe import FIRST_PORT
from backend.sim.reach import outcome
from tests.policy import asked
from tests.policy.grounds import between, network

SEED = 5


def test_what_differs_is_said_for_just_those_addresses() -> None:
    checked = asked.check("10.1.0.0/24 must reach db on 443/tcp")
    assert checked.state is State.BROKEN
    broken = [text for each in checked.findings for text in spoken(each.sources)]
    assert "10.1.0.2-10.1.0.19" in broken
    assert "10.1.0.30-10.1.0.63" in broken
    (prohibited,) = (each for each in checked.findings if each.found.outcome.verdict.value == "prohibited")
    assert spoken(prohibited.sources) == ["10.1.0.200/29"]


def test_those_that_fare_alike_stand_together() -> None:
    checked = asked.check("10.1.0.2-10.1.0.255 must not reach db on tcp/3306")
    (finding,) = checked.findings
    assert spoken(finding.sources) == ["10.1.0.2-10.1.0.7", "10.1.0.12/30"]
    assert finding.services == (Ports("tcp", 3306, 3306),)


def test_all_ports_are_asked_at_once() -> None:
    checked = asked.check("10.1.0.100 must not reach db")
    assert {ports.text for each in checked.findings for ports in each.services} == {
        "22/tcp",
        "443/tcp",
        "8000-8010/tcp",
    }


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("10.77.0.0/16 must not reach db", "is about nobody"),
        ("pc must reach 2001:db8::1 on 22", "no two ends of one family"),
        ("any must not reach any", "ask for fewer addresses or ports"),
        ("pc must reach db on 22, by way of nobody", "'nobody' is no router of between"),
        ("nobody must reach db on 22", "'nobody' is no address"),
    ],
)
def test_what_cannot_be_answered_is_refused(line: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.policy.check.MOST", 500)
    with pytest.raises(PolicyError, match="line 1: ") as raised:
        asked.check(line)
    assert said in str(raised.value)


def test_addresses_that_nobody_has_are_not_asked_and_said() -> None:
    checked = asked.check("10.1.0.0/16 must reach db on 8000/tcp")
    assert {each.kind: spoken(each.spans) for each in checked.skipped} == {
        Kind.NOBODY: ["10.1.0.0", "10.1.0.255"],
        Kind.ROUTER: ["10.1.0.1"],
        Kind.NOWHERE: ["10.1.1.0-10.1.255.255"],
    }


def test_routers_count_among_who_must_not() -> None:
    checked = asked.check("10.1.0.0/24 must not reach 10.2.0.0/24 on 22/tcp")
    assert "10.2.0.1" in [text for each in checked.findings for text in spoken(each.destinations)]


def test_the_worst_decides() -> None:
    assert worst([]) is State.KEPT
    assert worst([State.KEPT, State.OPEN]) is State.OPEN
    assert worst([State.OPEN, State.BROKEN]) is State.BROKEN


def test_ports_that_follow_each_other_are_one_range() -> None:
    pieces = (Ports("tcp", 5, 9), Ports("tcp", 1, 4), Ports("udp", 10, 10), Ports("tcp", 20, 20))
    assert joined_ports(pieces) == (Ports("tcp", 1, 9), Ports("tcp", 20, 20), Ports("udp", 10, 10))


def test_each_address_asked_by_itself_says_the_same() -> None:
    _compare(between(), "10.1.0.0/24 must not reach 10.2.0.0/24 on tcp", 400)


def test_each_address_of_the_demo_network_says_the_same() -> None:
    known = read_directory(Path(backend.demo.__file__).parent / "facts").network
    world = World(known, compile_network(known))
    _compare(world, "10.1.0.0/16 must not reach 10.3.20.0/24 on tcp/3300-5432", 150)
    _compare(world, "2001:db8:1::/48 must not reach 2001:db8:3::/48 on icmp", 60)


def test_rules_that_ask_for_one_address_of_many_are_found() -> None:
    rules = "\n".join(
        f"-A FORWARD -s 10.1.0.{number} -p tcp -m tcp --dport 22 -j ACCEPT" for number in range(10, 40, 3)
    )
    known = network(rules)
    _compare(World(known, compile_network(known)), "10.1.0.0/24 must not reach db on 22", 200)


def _compare(world: World, line: str, number: int) -> None:
    (expected,) = read_policy(f"- {line}")
    checked = Checker(world).check(expected)
    chance = Random(SEED)
    pieces = [piece for finding in checked.findings for piece in (finding.sources, finding.destinations)]
    assert pieces
    sides = [_ends(checked, at) for at in (0, 1)]
    is_six = ":" in line
    for _ in range(number):
        one, other = (
            IPv6Address(chance.choice(side)) if is_six else IPv4Address(chance.choice(side)) for side in sides
        )
        ports = chance.choice(expected.services)
        service = Service(ports.protocol, chance.randint(ports.low, ports.high))
        if one != other:
            port = FIRST_PORT
            verdict, _, _ = outcome(world.compiled, Question(one, other, (service,)), service, port)
            assert judged(verdict, expected.is_to_reach) is _said(checked, int(one), int(other), service), (one, other)


def _ends(checked: Checked, at: int) -> list[int]:
    """Addresses in and at the ends of all areas."""
    found: set[int] = set()
    for cell in checked.examples:
        for span in (cell.source, cell.destination)[at].spans:
            found.update((span.low, span.high, (span.low + span.high) // 2))
    return sorted(found)


def _said(checked: Checked, source: int, destination: int, service: Service) -> State:
    for each in checked.findings:
        has = [any(span.low <= end <= span.high for span in spans) for end, spans in (
            (source, each.sources), (destination, each.destinations))]  # fmt: skip
        if all(has) and any(p.protocol == service.protocol and p.low <= service.port <= p.high for p in each.services):
            return each.found.state
    return State.KEPT
