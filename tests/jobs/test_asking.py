from ipaddress import ip_address
from typing import Any

import pytest

from backend.jobs.asking import FIELDS, read_asked, read_priority
from backend.jobs.job import Asked, GivenTrace, Priority
from backend.jobs.phase import Mode
from backend.model.answer import Stop
from backend.model.flow import Service
from backend.wire.question import QuestionError
from tests.wire.networks import NETWORK

ENDS = {"source": "pc", "destination": "10.1.1.9"}
LEAST = {**ENDS, "services": "22"}
TRACE = {"source": "10.1.1.50", "destination": "10.1.1.9", "path": [{"name": "gw", "incoming": "eth0", "mine": 1}]}


def read(**question: Any) -> Asked:
    return read_asked(NETWORK, question, "small@1")


def test_the_least_that_has_to_be_said() -> None:
    ends = ip_address("10.1.1.50"), ip_address("10.1.1.9")
    assert read(**LEAST) == Asked(*ends, (Service("tcp", 22),), "small@1", names=("pc", ""))


def test_all_that_can_be_said() -> None:
    more = {
        "default_protocol": "udp",
        "source_port": "4000",
        "gateway": "gw",
        "tos": "0x10",
        "ttl": 9,
        "mode": "predict",
    }
    assert set(LEAST | more | {"priority": "", "trace": ""}) == set(FIELDS)
    found = read(**ENDS, services=[53, "22/tcp"], **more, priority="high", trace=None)
    assert found.services == (Service("udp", 53), Service("tcp", 22))
    assert (found.source_port, found.gateway, found.tos, found.ttl) == (4000, "gw", 16, 9)
    assert (found.mode, found.trace) == (Mode.PREDICT, None)


def test_what_is_empty_is_not_said() -> None:
    empty = dict.fromkeys(("default_protocol", "source_port", "gateway", "tos", "ttl", "mode", "priority", "trace"), "")
    assert read(**LEAST, **empty) == read(**LEAST)
    assert read(**LEAST, **dict.fromkeys(empty)) == read(**LEAST)


def test_a_trace_may_be_text_or_an_object() -> None:
    trace = read(**LEAST, trace=TRACE).trace
    assert isinstance(trace, GivenTrace)
    assert trace.path == (Stop("gw", "eth0"),)
    assert '"mine":1' in trace.text
    assert trace.notes == ("the trace does not say where the packet leaves gw, so that is not compared",)
    assert read(**LEAST, trace=trace.text).trace == trace


def test_a_priority_is_for_the_queue() -> None:
    assert read_priority({}) is Priority.NORMAL
    assert read_priority({"priority": "low"}) is Priority.LOW


@pytest.mark.parametrize(
    ("wrong", "field", "complaint"),
    [
        ({"colour": "red"}, "'colour'", "is no field of a test"),
        ({"source": "nobody"}, "source", "'nobody' is neither"),
        ({"destination": None}, "destination", "is missing"),
        ({"services": None}, "services", "are missing"),
        ({"services": []}, "services", "are missing"),
        ({"services": 22}, "services", "22 is neither text"),
        ({"services": {"port": 22}}, "services", "neither text"),
        ({"services": "1-11"}, "services", "at most 10"),
        ({"services": list(range(1, 12))}, "services", "at most 10"),
        ({"services": "22,\x1b[2J"}, "services", r"'\x1b[2J' is no port"),
        ({"default_protocol": 6}, "default_protocol", "6 is no text"),
        ({"default_protocol": "sctp"}, "default_protocol", "is none of tcp, udp"),
        ({"source_port": 70000}, "source_port", "70000"),
        ({"gateway": "pc"}, "gateway", "'pc' is no router"),
        ({"ttl": 0}, "ttl", "0 is not sent"),
        ({"tos": "x"}, "tos", "'x' is not a number"),
        ({"mode": "quick"}, "mode", "'quick' is none of predict, prove"),
        ({"mode": ["prove"]}, "mode", "is none of"),
        ({"priority": "urgent"}, "priority", "'urgent' is none of low, normal, high"),
        ({"trace": "{"}, "trace", "is no JSON"),
        ({"trace": 5}, "trace", "is 5, not an object"),
    ],
)
def test_the_field_that_is_wrong_is_named(wrong: dict[str, Any], field: str, complaint: str) -> None:
    with pytest.raises(QuestionError) as error:
        read(**LEAST | wrong)
    assert error.value.field == field
    assert complaint in error.value.detail
    assert len(str(error.value)) < 250


def test_how_many_services_is_for_the_caller_to_say() -> None:
    assert len(read_asked(NETWORK, {**LEAST, "services": "1-500"}, "x", 500).services) == 500
