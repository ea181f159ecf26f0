"""Random networks, random flows: the simulated path against real traceroutes through namespaces, and each router's
decisions against `ip route get` (root).

python -m tests.fuzz.paths [SEED]     one seed again; else new ones for FUZZ_SECONDS
"""

import os
import sys
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from backend.facts.description import read_description
from tests.oracle.meshes import random_mesh
from tests.oracle.paths import differences, random_probes
from tests.oracle.test_routing import differences as differing_decisions

PROBES, QUESTIONS = 40, 40


def check(seed: int) -> list[str]:
    text = random_mesh(Random(seed))
    network = read_description(text, f"seed {seed}")
    found, _ = differences(network, list(random_probes(network, Random(seed), PROBES)))
    found += differing_decisions(network, seed, QUESTIONS)
    if found:
        Path(f"fuzz-paths-{seed}.toml").write_text(text)
    return found


def main(arguments: list[str]) -> int:
    end = monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
    chance = SystemRandom()
    seeds: Iterable[int] = [int(arguments[0])] if arguments else (chance.getrandbits(31) for _ in repeat(None))
    count = 0
    for seed in seeds:
        found = check(seed)
        count += 1
        if found:
            print(f"seed {seed}: {len(found)} differences, the network is in fuzz-paths-{seed}.toml")
            print(*found[:10], sep="\n")
            return 1
        if monotonic() > end:
            break
    print(f"paths: {count * PROBES} traceroutes through {count} networks, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
