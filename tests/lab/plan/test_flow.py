from ipaddress import ip_address
from pathlib import Path

import pytest

import backend.demo
from backend.facts import read_directory
from backend.lab.error import LabError
from backend.lab.plan.flow import FlowPlan, plan_alone, plan_flow
from backend.lab.plan.operation import LoadRules, MakeNamespace
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing

DEMO = Survey(read_directory(Path(backend.demo.__file__).parent / "facts").network)


def planned(source: str, destination: str, is_open: bool = False, tracing: Tracing | None = None) -> FlowPlan:
    return plan_flow(DEMO, ip_address(source), ip_address(destination), tracing=tracing, is_open=is_open)


def test_only_the_routers_that_the_flow_could_come_to_are_there() -> None:
    found = planned("10.1.1.50", "10.2.1.50")
    assert set(found.routers) == {"hq-gw", "hq-gw2", "br-gw"}
    made = {each.namespace for each in found.plan.operations if isinstance(each, MakeNamespace)}
    assert made == {"hq-gw", "hq-gw2", "br-gw", "hq-pc1", "br-pc1", "_switches"}


def test_source_and_destination_are_named_with_their_namespaces() -> None:
    found = planned("10.1.1.50", "10.2.1.50")
    assert (found.source.name, found.source.namespace, list(map(str, found.source.addresses))) == (
        "hq-pc1",
        "hq-pc1",
        ["10.1.1.50"],
    )
    assert [each.name for each in found.destinations] == ["br-pc1"]
    assert (found.assumptions, found.outside) == ((), frozenset())


def test_who_sends_to_itself_receives() -> None:
    found = planned("10.1.1.50", "10.1.1.50")
    assert [each.name for each in found.destinations] == [found.source.name]


def test_what_is_assumed_of_a_source_is_said() -> None:
    assert planned("10.1.1.77", "10.2.1.50").assumptions[1] == (
        "10.1.1.77 is taken to use hq-gw as its gateway; hq-gw, hq-gw2 are on 10.1.1.0/24"
    )


def test_namespaces_outside_are_known() -> None:
    assert planned("10.1.1.50", "192.0.2.1").outside == {"_internet"}
    found = planned("10.1.1.50", "10.2.43.9")
    assert [each.is_outside for each in found.destinations] == [True]
    assert found.outside == {found.destinations[0].namespace}


@pytest.mark.parametrize("family", [4, 6])
def test_only_rules_of_the_family_are_loaded(family: int) -> None:
    ends = ("10.1.1.50", "10.3.10.10") if family == 4 else ("2001:db8:1:1::50", "2001:db8:3:10::10")
    for found in (planned(*ends), planned(*ends, tracing=Tracing())):
        assert {each.family for each in found.plan.operations if isinstance(each, LoadRules)} == {family}


def test_an_open_lab_has_no_rule_that_drops() -> None:
    def targets(found: FlowPlan) -> set[str]:
        loaded = [each for each in found.plan.operations if isinstance(each, LoadRules)]
        words = [line.text.partition(" -j ")[2].split() for each in loaded for line in each.lines]
        return {each[0] for each in words if each}

    closed, opened = (planned("10.1.1.50", "10.3.10.10", is_open=each) for each in (False, True))
    assert targets(closed) - targets(opened) == {"DROP", "REJECT"}


@pytest.mark.parametrize(
    ("source", "destination", "reason"),
    [
        ("10.1.1.50", "224.0.0.1", "224.0.0.1 is no address that one machine has"),
        ("10.1.1.50", "2001:db8::1", "10.1.1.50 and 2001:db8::1 are not of the same family"),
        ("10.99.0.1", "10.1.1.50", "10.99.0.1 is on no known segment, and no router has a route to it"),
    ],
)
def test_who_cannot_be_placed_is_named(source: str, destination: str, reason: str) -> None:
    with pytest.raises(LabError, match="^" + reason):
        planned(source, destination)


def test_routers_alone_share_nothing() -> None:
    plan = plan_alone(DEMO, ("hq-gw", "br-gw"))
    devices = plan.devices()
    assert plan.namespaces == {"hq-gw": "hq-gw", "br-gw": "br-gw"}
    assert set(devices) == {"hq-gw", "br-gw", "_bench"}
    assert {each.name for each in DEMO.routers["hq-gw"].interfaces} - {"lo"} == set(devices["hq-gw"])
    ends = [device for name in ("hq-gw", "br-gw") for device in devices[name].values()]
    assert {each.other.namespace for each in ends} == {"_bench"}
    assert len({each.other.dev for each in ends}) == len(ends)
    assert all(each.end.mac and each.other.mac and each.end.mac != each.other.mac for each in ends)
    assert "link set dev wg0 arp off" in [each.text for each in plan.operations if each.namespace == "hq-gw"]


def test_only_the_routers_that_are_named_are_alone_and_open() -> None:
    closed, opened = (plan_alone(DEMO, ("hq-gw",), Tracing((4,)), is_open) for is_open in (False, True))
    for plan, is_open in ((closed, False), (opened, True)):
        (text,) = [each.text for each in plan.operations if isinstance(each, LoadRules) and each.family == 4]
        assert ("-j DROP" not in text) == is_open
