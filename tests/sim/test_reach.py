"""Every scenario, answered by the simulator in the words in which the lab answers it."""

import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

import backend.demo
from backend.facts import read_directory
from backend.model.flow import Service
from backend.model.network import Network
from backend.sim import Question, compile_network, reach
from backend.sim.exchange import Conversation
from backend.wire.answer import answer_document
from backend.wire.question import read_question
from backend.wire.services import read_services
from tests import scenario

ASKED = ("source", "destination", "source_port", "gateway", "tos", "ttl")
PROOFS = [
    pytest.param(name, number, id=f"{name}: {proof.name}")
    for name in scenario.names()
    for number, proof in enumerate(scenario.load(name).proofs)
]


@pytest.fixture(scope="module")
def demo() -> Network:
    return read_directory(Path(backend.demo.__file__).parent / "facts").network


def answered(loaded: scenario.Scenario, question: dict[str, Any]) -> list[dict[str, Any]]:
    words = {key: value for key, value in question.items() if key in ASKED}
    flow, gateway = read_question(loaded.network, words)
    services = read_services(question["services"])
    ends = flow.source, flow.destination
    asked = Question(*ends, services, flow.source_port, gateway, tos=flow.tos, ttl=flow.ttl)
    found: list[dict[str, Any]] = answer_document(reach(compile_network(loaded.network), asked))["services"]
    return found


@pytest.mark.parametrize(("name", "number"), PROOFS)
def test_a_service_fares_as_expected(name: str, number: int) -> None:
    loaded = scenario.load(name)
    wanted = loaded.proofs[number]
    for service in answered(loaded, wanted.question):
        expected = predicted(wanted.answer, service)
        assert scenario.told(service, expected) == expected, service["reason"]


@pytest.mark.parametrize(
    ("name", "destination", "services", "has_one_way"),
    [
        (
            "balanced",
            "server",
            "22",
            False,
        ),  # there is one way to the rule, but two behind it
        ("balanced", "server", "80", False),
        ("balanced", "near", "80", True),
        ("chains", "server", "81", True),
    ],
)
def test_whether_there_are_other_ways_is_known_behind_a_block_too(
    name: str, destination: str, services: str, has_one_way: bool
) -> None:
    network = scenario.load(name).network
    flow, _ = read_question(network, {"source": "client", "destination": destination})
    answer = reach(compile_network(network), Question(flow.source, flow.destination, read_services(services)))
    assert [service.has_one_way for service in answer.services] == [has_one_way]


@pytest.mark.parametrize(("source", "destination"), [("br-pc1", "dc-web1"), ("hq-pc1", "dc-db1"), ("hq-pc1", "br-pc1")])
def test_ports_asked_together_are_told_what_each_is_told_alone(
    monkeypatch: pytest.MonkeyPatch, demo: Network, source: str, destination: str
) -> None:
    started: list[Conversation] = []

    def conversation(*arguments: Any, **named: Any) -> Conversation:
        started.append(Conversation(*arguments, **named))
        return started[-1]

    monkeypatch.setattr(sys.modules["backend.sim.reach"], "Conversation", conversation)
    flow, _ = read_question(demo, {"source": source, "destination": destination})
    asked = Question(flow.source, flow.destination, tuple(Service("tcp", port) for port in range(300, 500)))
    network = compile_network(demo)
    together = reach(network, asked).services
    assert len(started) < 20, "what nothing tells apart is asked once"
    for service in together[::9]:
        alone = structs.replace(asked, services=(service.service,), source_port=service.source_port)
        assert reach(network, alone).services == (service,)


def predicted(wanted: dict[str, Any], service: dict[str, Any]) -> dict[str, Any]:
    """A proof shows one outcome of what depends on more than the packet, a prediction both; and no prediction knows
    which programs listen."""
    if wanted["verdict"] == "no_listener":
        return wanted | {"verdict": "accepted"}
    if wanted.get("conditions") and service["verdict"] == "conditional" != wanted["verdict"]:
        assert wanted["verdict"] in service["reason"]
        return {"verdict": "conditional", "conditions": wanted["conditions"]}
    return wanted
