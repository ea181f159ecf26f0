"""Every scenario file, answered by the simulator."""

from typing import Any

import pytest

from backend.sim import compile_network, trace
from backend.wire.question import read_question
from backend.wire.trace import trace_document
from tests import scenario

CASES = [
    pytest.param(name, number, id=f"{name}: {flow.name}")
    for name in scenario.names()
    for number, flow in enumerate(scenario.load(name).flows)
]


@pytest.mark.parametrize(("name", "number"), CASES)
def test_scenario(name: str, number: int) -> None:
    loaded = scenario.load(name)
    wanted = loaded.flows[number]
    flow, gateway = read_question(loaded.network, wanted.question)

    document = trace_document(trace(compile_network(loaded.network), flow, gateway))

    assert answer(document, wanted.answer) == wanted.answer, document["reason"]


def answer(document: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What the document says of the things that are expected."""
    told: dict[str, Any] = {}
    for key, expected in wanted.items():
        if key == "path":
            told[key] = scenario.spoken(document["path"])
        elif key == "alternatives":
            told[key] = [
                answer(other, each) for other, each in zip(document["alternatives"], expected, strict=False)
            ] + document["alternatives"][len(expected) :]
        else:
            told[key] = document[key]
    return told
