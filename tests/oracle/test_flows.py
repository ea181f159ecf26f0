"""The lab of a flow has all that the flow needs: the path in it is the one simulated through the whole network."""

from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.wire.question import read_question
from tests import scenario
from tests.oracle.flows import flow_differences, random_pairs
from tests.oracle.meshes import random_mesh
from tests.oracle.paths import without_firewalls
from tests.thorough import times

DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, PAIRS = 20250621, 12

pytestmark = [pytest.mark.root, pytest.mark.serial]


def test_flows_of_the_demo_network() -> None:
    network = without_firewalls(read_directory(DEMO).network)
    found, count = flow_differences(network, list(random_pairs(network, Random(SEED), PAIRS)))
    assert found == []
    assert count == PAIRS


@pytest.mark.parametrize("name", scenario.names())
def test_flows_of_a_scenario(name: str) -> None:
    loaded = scenario.load(name)
    network = without_firewalls(loaded.network)
    asked = [each.question for each in loaded.flows if set(each.question) <= {"source", "destination"}]
    flows = [read_question(network, question)[0] for question in asked]
    assert flow_differences(network, [(flow.source, flow.destination) for flow in flows])[0] == []


@pytest.mark.parametrize("seed", range(times(3, 1)))
def test_flows_of_a_random_network(seed: int) -> None:
    network = read_description(random_mesh(Random(seed)), f"mesh {seed}")
    found, count = flow_differences(network, list(random_pairs(network, Random(seed), 8)))
    assert found == []
    assert count == 8
