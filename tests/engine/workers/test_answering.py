from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

import backend.demo
from backend import sim
from backend.engine.workers.answering import answer, question_of
from backend.engine.workers.knowledge import Knowledge
from backend.facts import read_directory
from backend.jobs.asking import MOST_SERVICES
from backend.jobs.record import decode_asked
from backend.lab.plan.survey import Survey
from backend.wire.answer import answer_document
from backend.wire.question import read_question
from backend.wire.trace import trace_document

ENDS = {"source": "10.1.1.50", "destination": "10.3.20.1"}


@cache
def known() -> Knowledge:
    network = read_directory(Path(backend.demo.__file__).parent / "facts").network
    return Knowledge(network, sim.compile_network(network), Survey(network))


def asked(call: str, question: dict[str, Any], **more: Any) -> Any:
    message = {"call": call, "question": question, **more}
    return msgspec.json.decode(answer(known(), msgspec.json.encode(message)))


def test_a_trace_is_the_same_as_everywhere() -> None:
    flow, gateway = read_question(known().network, ENDS)
    expected = trace_document(sim.trace(known().compiled, flow, gateway))
    assert asked("trace", ENDS) == {"result": msgspec.json.decode(msgspec.json.encode(expected))}


@pytest.mark.parametrize("services", ["443/tcp,53/udp,icmp", ["443/tcp", "53/udp", "icmp"]])
def test_services_are_predicted_as_everywhere(services: object) -> None:
    found = asked("reach", ENDS | {"services": services, "source_port": 4000})["result"]
    assert [(each["protocol"], each["port"]) for each in found["services"]] == [
        ("tcp", 443),
        ("udp", 53),
        ("icmp", None),
    ]
    assert found["services"][0]["verdict"] == "denied_forward"
    assert found["source_port"] == 4000
    wanted = decode_checked(asked("check", ENDS | {"services": services, "source_port": 4000}))
    expected = answer_document(sim.reach(known().compiled, question_of(wanted)))
    assert found == msgspec.json.decode(msgspec.json.encode(expected))


def decode_checked(said: Any) -> Any:
    return decode_asked(msgspec.json.encode(said["result"]))


def test_rules_that_were_tried_in_vain_are_told_on_request_only() -> None:
    question = ENDS | {"services": "443"}
    assert '"tried":[{' not in str(msgspec.json.encode(asked("reach", question)))
    assert '"tried":[{' in str(msgspec.json.encode(asked("reach", question | {"tried": True})))


def test_a_test_is_checked_with_the_network_that_it_is_about() -> None:
    found = decode_checked(asked("check", ENDS | {"services": "443", "gateway": "hq-gw", "mode": "predict", "tos": 8}))
    assert (found.snapshot, found.gateway, found.mode, found.tos) == (known().network.label, "hq-gw", "predict", 8)


@pytest.mark.parametrize(
    ("call", "question", "field"),
    [
        ("trace", ENDS | {"source": "nobody"}, "source"),
        ("trace", ENDS | {"services": "1"}, "'services'"),
        ("reach", ENDS, "services"),
        ("reach", ENDS | {"services": "443", "mark": 1}, "'mark'"),
        ("check", ENDS | {"services": "443", "priority": "soon"}, "priority"),
        ("check", ENDS | {"services": f"1-{MOST_SERVICES + 1}"}, "services"),
        ("check", ENDS | {"services": "443", "trace": "{}"}, "trace"),
    ],
)
def test_what_is_wrong_is_said_with_its_field(call: str, question: dict[str, Any], field: str) -> None:
    said = asked(call, question)
    assert set(said) == {"error"}
    assert said["error"]["field"].strip("'") == field.strip("'")
    assert said["error"]["message"]


def test_who_asks_says_how_many_services_it_may_be() -> None:
    assert "result" in asked("check", ENDS | {"services": "1-50"}, max_services=50)
    assert asked("reach", ENDS | {"services": "1-50"}, max_services=49)["error"]["field"] == "services"


def test_what_the_facts_say_of_a_router_and_its_sets_can_be_read() -> None:
    assert asked("router", {"router": "hq-gw"})["result"]["name"] == "hq-gw"
    entries = asked("entries", {"router": "hq-gw", "set": "web-ports", "search": "80", "offset": 1})["result"]
    assert (entries["found"], [each["text"] for each in entries["entries"]]) == (2, ["8080"])
    assert asked("router", {"router": "none"}) == {"result": None}
    assert asked("entries", {"router": "none", "set": "web-ports", "search": "", "offset": 0}) == {"result": None}
    assert asked("entries", {"router": "hq-gw", "set": "none", "search": "", "offset": 0}) == {"result": None}
