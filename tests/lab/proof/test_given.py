"""A path that somebody has: each router with what the one before let out."""

from typing import Any

import pytest

from backend.lab.error import LabError
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability, ServiceAnswer, Stop
from backend.model.flow import Service
from tests.lab.proof.small import NETWORK, A, B

pytestmark = [pytest.mark.root, pytest.mark.serial]


def walked(*stops: Stop, **more: Any) -> list[ServiceAnswer]:
    services = (Service("tcp", 443), Service("tcp", 23))
    *_, found = proving(Request(NETWORK, A, B, services, path=stops, **more))
    assert isinstance(found, Reachability)
    return list(found.services)


def test_devices_that_nobody_names_are_those_that_face_each_other() -> None:
    through, stopped = walked(Stop("one"), Stop("two"))
    assert through.verdict == "accepted"
    assert through.forward is not None
    assert [(hop.name, hop.incoming, hop.outgoing) for hop in through.forward.hops] == [
        ("one", "lan", "up"), ("two", "down", "srv"),
    ]  # fmt: skip
    assert stopped.verdict == "denied_forward"
    assert [each.verdict for each in stopped.routers] == ["denied_forward", "accepted"]


def test_the_answer_goes_the_other_way() -> None:
    through, _ = walked(Stop("one"), Stop("two"))
    assert through.back is not None
    assert [hop.name for hop in through.back.hops] == ["two", "one"]
    assert [each.return_verdict for each in through.routers] == ["accepted", "accepted"]


def test_where_routing_goes_another_way_than_the_trace_is_said() -> None:
    through, _ = walked(Stop("one", "lan", "lan"), Stop("two", "down"))
    assert through.conditions == ("one sends it out of up, and not of lan as the trace has it",)


def test_a_device_that_cannot_be_found_out_is_asked_for() -> None:
    with pytest.raises(LabError, match="hop 1 of the trace, two: say on which interface the packet comes in"):
        walked(Stop("two"))
