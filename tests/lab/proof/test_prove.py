from typing import Any

import pytest

from backend.facts.description import read_description
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability, Stop
from backend.model.flow import Service
from tests.lab.proof.small import NETWORK, TEXT, A, B

pytestmark = [pytest.mark.root, pytest.mark.serial]
SERVICES = (Service("tcp", 443), Service("tcp", 23))


def said(**more: Any) -> tuple[list[Progress], Reachability]:
    *told, found = proving(Request(NETWORK, A, B, SERVICES, **more))
    assert isinstance(found, Reachability)
    return [each for each in told if isinstance(each, Progress)], found


def test_phases_are_told_as_they_come_and_the_answer_last() -> None:
    told, found = said()
    phases = list(dict.fromkeys(each.phase for each in told))
    assert phases == ["build", "services", "test"]
    parts = [(list(phases).index(each.phase), each.done / each.of) for each in told]
    assert parts == sorted(parts)
    assert [service.verdict for service in found.services] == ["accepted", "denied_forward"]
    assert [[each.name for each in service.routers] for service in found.services] == [["one", "two"]] * 2
    assert [each.verdict for each in found.services[1].routers] == ["denied_forward", "accepted"]


def test_each_service_and_each_router_is_told_with_what_decides() -> None:
    told, found = said()
    messages = [each.message for each in told]
    rule = "filter web rule 3: -A web -p tcp -m tcp --dport 23 -j REJECT"
    assert messages == [
        "a lab of 2 routers is built as root: one, two",
        f"assumed: {found.assumptions[0]}",
        "the lab stands",
        "b listens on 443/tcp, 23/tcp",
        "who is to answer is ready",
        "443/tcp is reached",
        f"23/tcp is blocked: one, {rule}",
        "the way behind what blocks 23/tcp",
        "each router alone: one, two",
        f"one alone lets 443/tcp through; blocks 23/tcp ({rule})",
        "two alone lets 443/tcp, 23/tcp through",
    ]
    known = {each.answer.service: each.answer for each in told if each.answer is not None}
    for service in found.services:
        assert known[service.service].verdict is service.verdict
        assert known[service.service].decided_by == service.decided_by
    assert told[0].data == {"routers": ["one", "two"], "right": "as root"}
    assert [at.answer for at in told[-1].alone] == [service.routers[1] for service in found.services]


def test_a_service_is_told_while_another_one_is_still_waited_for() -> None:
    """What is sent on the connection to port 25 is dropped, which nobody sees at first."""
    silent = "-A FORWARD -p tcp -m tcp --dport 25 --tcp-flags PSH PSH -j DROP\n-A FORWARD -m conntrack"
    text = TEXT.replace("-A FORWARD -m conntrack", silent).replace("--dport 23 -j REJECT", "--dport 25 -j ACCEPT")
    services = Service("tcp", 25), Service("tcp", 443)
    told = list(proving(Request(read_description(text, "x.toml"), A, B, services)))
    known = [each.answer for each in told if isinstance(each, Progress) and each.answer is not None]
    assert [(answer.service.port, answer.verdict) for answer in known] == [(443, "accepted"), (25, "denied_forward")]


def test_what_the_lab_does_not_have_is_told_with_its_line() -> None:
    text = TEXT.replace("-A web -p tcp -m tcp --dport 443", "-A web -p tcp -m nonsense --dport 443")
    *told, found = proving(Request(read_description(text, "x.toml"), A, B, SERVICES))
    refused = [each for each in told if isinstance(each, Progress) and "refused" in each.data]
    assert [each.data["refused"]["router"] for each in refused] == ["one"]
    assert isinstance(found, Reachability)
    assert [each.message for each in refused] == [f"not in the lab: {text}" for text in found.refusals]
    assert "the lab stands, without 1 line of the facts" in [
        each.message for each in told if isinstance(each, Progress)
    ]


def test_a_source_port_of_choice_is_used() -> None:
    _, found = said(source_port=50123)
    assert {service.source_port for service in found.services} == {50123}


def test_what_cannot_be_placed_is_said() -> None:
    with pytest.raises(LabError, match="no router has a route"):
        list(proving(Request(NETWORK, B.__class__("10.77.0.1"), B, SERVICES)))


def test_a_given_path_takes_its_routers_in_its_order() -> None:
    told, found = said(path=(Stop("two", "down"), Stop("one", "up")))
    assert [each.message.partition(":")[0] for each in told[:3]] == [
        "a lab of 2 routers, each by itself, is built as root",
        "the lab stands",
        "443/tcp is reached",
    ]
    assert [[each.name for each in service.routers] for service in found.services] == [["two", "one"]] * 2
