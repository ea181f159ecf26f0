"""Random networks whose routers have random firewalls, and the demo network: random proofs (root).

python -m tests.fuzz.proofs [SEED]     one network again; else new ones for FUZZ_SECONDS
python -m tests.fuzz.proofs demo COUNT [SEED]
"""

import sys
from pathlib import Path
from random import Random

import backend.demo
from backend.facts import read_directory
from backend.facts.description import read_description
from tests.fuzz import _seeds
from tests.oracle.comparing import AT_ONCE, differences, random_requests
from tests.oracle.firewalls import armed_mesh
from tests.oracle.proofs import Prover, prover

DEMO = Path(backend.demo.__file__).parent / "facts"
REQUESTS = 25


def check(text: str, seed: int, prover: Prover) -> list[str]:
    network = read_description(text, f"seed {seed}")
    return list(differences(network, random_requests(network, Random(seed), REQUESTS), prover))


def demo(count: int, seed: int) -> int:
    network = read_directory(DEMO).network
    found = 0
    with prover() as proving:
        for text in differences(network, random_requests(network, Random(seed), count), proving):
            print(text, flush=True)
            found += 1
    print(f"proofs: {count * AT_ONCE} services in the demo network, seed {seed}, {found or 'no'} differences")
    return int(found > 0)


def main(words: list[str]) -> int:
    if words[:1] == ["demo"]:
        return demo(int(words[1]), int(words[2]) if words[2:] else 1)
    with prover() as proving:
        count = _seeds.run(
            "proofs", lambda seed: armed_mesh(Random(seed)), lambda text, seed: check(text, seed, proving), words
        )
    if count is None:
        return 1
    print(f"proofs: {count * REQUESTS * AT_ONCE} services in {count} networks with firewalls, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
