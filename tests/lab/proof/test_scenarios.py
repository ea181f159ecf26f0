"""Every scenario file, answered by the lab."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend.lab.error import LabError
from tests import scenario
from tests.oracle.proofs import Document, Prover, prover, request_of

pytestmark = [pytest.mark.root, pytest.mark.serial]
WITHOUT_PORTS = {"", "icmp", "ipv6-icmp"}
WITH_PORTS = {"tcp", "udp"}
PORT = 33434
"""Where a flow has a protocol and no port: no rule of a scenario asks for it."""


def service_of(question: dict[str, Any]) -> str | None:
    """A probe that is such a flow; what has no mark and no other protocol can be sent."""
    protocol = question.get("protocol", "")
    if question.get("mark") or protocol not in WITHOUT_PORTS | WITH_PORTS:
        return None
    return f"{question.get('destination_port', PORT)}/{protocol}" if protocol in WITH_PORTS else "icmp"


CASES = [
    pytest.param(name, number, id=f"{name}: {flow.name}")
    for name in scenario.names()
    for number, flow in enumerate(scenario.load(name).flows)
    if service_of(flow.question) is not None
]
PROOFS = [
    pytest.param(name, number, id=f"{name}: {proof.name}")
    for name in scenario.names()
    for number, proof in enumerate(scenario.load(name).proofs)
]


@pytest.fixture(scope="module")
def prove() -> Iterator[Prover]:
    with prover() as found:
        yield found


@pytest.mark.parametrize(("name", "number"), CASES)
def test_a_flow_goes_the_way_that_is_expected(prove: Prover, name: str, number: int) -> None:
    loaded = scenario.load(name)
    flow = loaded.flows[number]
    fields = {key: value for key, value in flow.question.items() if key not in ("protocol", "destination_port", "mark")}
    asked = request_of(loaded.network, {**fields, "services": service_of(flow.question)})
    if flow.answer["verdict"] == "unknown":
        with pytest.raises(LabError):
            prove.prove(asked)
        return
    found = prove.prove(asked)
    (service,) = found.document["services"]
    ways = [flow.answer, *flow.answer.get("alternatives", [])]
    assert way_of(service) in [(way["verdict"], way["path"]) for way in ways], service["reason"]
    assert found.differences == ()


def way_of(service: Document) -> tuple[str, list[str]]:
    there = service["forward"]
    return there["verdict"], scenario.spoken(there["path"])


@pytest.mark.parametrize(("name", "number"), PROOFS)
def test_a_service_fares_as_expected(prove: Prover, name: str, number: int) -> None:
    loaded = scenario.load(name)
    wanted = loaded.proofs[number]

    found = prove.prove(request_of(loaded.network, wanted.question))
    for service in found.document["services"]:
        assert scenario.told(service, wanted.answer) == wanted.answer, service["reason"]
    assert found.differences == ()
