"""On every router of every scenario and of the demo network, `ip route get` and the simulator agree."""

from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.model.address import Family
from backend.model.network import Network
from backend.sim import compile_network
from tests import scenario
from tests.oracle.networks import random_network
from tests.oracle.paths import without_firewalls
from tests.oracle.questions import questions
from tests.oracle.routing import simulated, told_by_kernel

SEED = 20250621
PER_ROUTER = 150
DEMO = Path(backend.demo.__file__).parent / "facts"


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("name", scenario.names())
def test_the_kernel_agrees_on_the_routers_of_a_scenario(name: str) -> None:
    assert differences(scenario.load(name).network, SEED, PER_ROUTER) == []


@pytest.mark.root
@pytest.mark.serial
def test_the_kernel_agrees_on_the_routers_of_the_demo_network() -> None:
    assert differences(read_directory(DEMO).network, SEED, PER_ROUTER) == []


@pytest.mark.root
@pytest.mark.serial
def test_the_kernel_agrees_on_random_routers() -> None:
    network = read_description(random_network(Random(SEED), 12), "random")
    assert differences(network, SEED, PER_ROUTER) == []


def differences(network: Network, seed: int, count: int) -> list[str]:
    """Questions on which simulator and kernel differ, each in words."""
    chance = Random(seed)
    compiled = compile_network(network)
    found = []
    with Lab(plan(without_firewalls(network))) as lab:
        for router in network.routers:
            if router.kind != "linux":
                continue  # carried by Linux in the lab, whose reverse-path checks it does not have
            families: tuple[Family, Family] = (4, 6)
            for family in families:
                asked = list(questions(network, router, family, count, chance))
                answers = lab.routes(router.name, [question.text for question in asked])
                for question, answer in zip(asked, answers, strict=True):
                    ours, kernels = simulated(compiled.routers[router.name], question), told_by_kernel(answer)
                    if not ours.agrees(kernels):
                        found.append(f"{router.name}: {question.text}: {ours} but {answer.text or answer.error}")
    return found
