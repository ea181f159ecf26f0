"""Random networks, random flows: the simulated path against real traceroutes through namespaces, and each router's
decisions against `ip route get`, and single flows in labs of their own (root).

python -m tests.fuzz.paths [SEED]     one seed again; else new ones for FUZZ_SECONDS
"""

import sys
from random import Random

from backend.facts.description import read_description
from tests.fuzz import _seeds
from tests.oracle.flows import flow_differences, random_pairs
from tests.oracle.meshes import random_mesh
from tests.oracle.paths import differences, random_probes
from tests.oracle.test_routing import differences as differing_decisions

PROBES, QUESTIONS, FLOWS = 40, 40, 6


def check(text: str, seed: int) -> list[str]:
    network = read_description(text, f"seed {seed}")
    found, _ = differences(network, list(random_probes(network, Random(seed), PROBES)))
    alone, _ = flow_differences(network, list(random_pairs(network, Random(seed), FLOWS)))
    return found + differing_decisions(network, seed, QUESTIONS) + alone


def main(words: list[str]) -> int:
    count = _seeds.run("paths", lambda seed: random_mesh(Random(seed)), check, words)
    if count is None:
        return 1
    print(f"paths: {count * PROBES} traceroutes through {count} networks, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
