"""A few random proofs of each run of all tests; `python -m tests.fuzz.proofs` makes more."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from tests.oracle.comparing import differences, random_requests
from tests.oracle.firewalls import armed_mesh
from tests.oracle.proofs import Prover, prover
from tests.thorough import times

pytestmark = [pytest.mark.root, pytest.mark.serial]
DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, REQUESTS = 20251121, times(25, 10)


@pytest.fixture(scope="module")
def prove() -> Iterator[Prover]:
    with prover() as found:
        yield found


def test_proofs_in_the_demo_network(prove: Prover) -> None:
    network = read_directory(DEMO).network
    assert list(differences(network, random_requests(network, Random(SEED), REQUESTS), prove)) == []


@pytest.mark.parametrize("seed", range(2))
def test_proofs_in_a_random_network_with_firewalls(prove: Prover, seed: int) -> None:
    network = read_description(armed_mesh(Random(seed)), f"seed {seed}")
    assert list(differences(network, random_requests(network, Random(seed), REQUESTS), prove)) == []
