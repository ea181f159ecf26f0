"""Random routers, random packets: the simulator against `ip route get` in real namespaces (root).

python -m tests.fuzz.routing [SEED]     one seed again; else new ones for FUZZ_SECONDS
"""

import os
import sys
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from backend.facts.description import read_description
from tests.oracle.networks import random_network
from tests.oracle.test_routing import differences

ROUTERS, QUESTIONS = 15, 250


def check(seed: int) -> list[str]:
    text = random_network(Random(seed), ROUTERS)
    found = differences(read_description(text, f"seed {seed}"), seed, QUESTIONS)
    if found:
        Path(f"fuzz-routing-{seed}.toml").write_text(text)
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
            print(f"seed {seed}: {len(found)} differences, the network is in fuzz-routing-{seed}.toml")
            print(*found[:10], sep="\n")
            return 1
        if monotonic() > end:
            break
    print(f"routing: {count * ROUTERS * QUESTIONS * 2} questions, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
