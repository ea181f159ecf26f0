"""Random routers, random packets: the simulator against `ip route get` in real namespaces (root).

python -m tests.fuzz.routing [SEED]     one seed again; else new ones for FUZZ_SECONDS
"""

import sys
from random import Random

from backend.facts.description import read_description
from tests.fuzz import _seeds
from tests.oracle.networks import random_network
from tests.oracle.test_routing import differences

ROUTERS, QUESTIONS = 15, 250


def check(text: str, seed: int) -> list[str]:
    return differences(read_description(text, f"seed {seed}"), seed, QUESTIONS)


def main(words: list[str]) -> int:
    count = _seeds.run("routing", lambda seed: random_network(Random(seed), ROUTERS), check, words)
    if count is None:
        return 1
    print(f"routing: {count * ROUTERS * QUESTIONS * 2} questions, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
