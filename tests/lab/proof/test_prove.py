from typing import Any

import pytest

from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability, Stop
from backend.model.flow import Service
from tests.lab.proof.small import NETWORK, A, B

pytestmark = [pytest.mark.root, pytest.mark.serial]
SERVICES = (Service("tcp", 443), Service("tcp", 23))


def said(**more: Any) -> tuple[list[Progress], Reachability]:
    *told, found = proving(Request(NETWORK, A, B, SERVICES, **more))
    assert isinstance(found, Reachability)
    return [each for each in told if isinstance(each, Progress)], found


def test_phases_are_told_as_they_come_and_the_answer_last() -> None:
    told, found = said()
    phases = list(dict.fromkeys(each.phase for each in told))
    assert phases == ["build", "test", "analyze"]
    assert [(each.done, each.of) for each in told if each.done] == [(1, 2), (2, 2)]
    assert [service.verdict for service in found.services] == ["accepted", "denied_forward"]
    assert [[each.name for each in service.routers] for service in found.services] == [["one", "two"]] * 2
    assert [each.verdict for each in found.services[1].routers] == ["denied_forward", "accepted"]


def test_a_source_port_of_choice_is_used() -> None:
    _, found = said(source_port=50123)
    assert {service.source_port for service in found.services} == {50123}


def test_what_cannot_be_placed_is_said() -> None:
    with pytest.raises(LabError, match="no router has a route"):
        list(proving(Request(NETWORK, B.__class__("10.77.0.1"), B, SERVICES)))


def test_a_given_path_takes_its_routers_in_its_order() -> None:
    _, found = said(path=(Stop("two", "down"), Stop("one", "up")))
    assert [[each.name for each in service.routers] for service in found.services] == [["two", "one"]] * 2
