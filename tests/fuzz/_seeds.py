"""Networks made from seeds, one after the other, until one shows a difference or the time is up."""

import os
from collections.abc import Callable, Iterable
from itertools import repeat
from pathlib import Path
from random import SystemRandom
from time import monotonic

Check = Callable[[str, int], list[str]]


def run(name: str, text_of: Callable[[int], str], check: Check, words: list[str]) -> int | None:
    """How many networks showed no difference; None where one did, which is then told and kept in a file."""
    end = monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
    chance = SystemRandom()
    seeds: Iterable[int] = [int(words[0])] if words else (chance.getrandbits(31) for _ in repeat(None))
    count = 0
    for seed in seeds:
        text = text_of(seed)
        found = check(text, seed)
        count += 1
        if found:
            Path(f"fuzz-{name}-{seed}.toml").write_text(text)
            print(f"seed {seed}: {len(found)} differences, the network is in fuzz-{name}-{seed}.toml")
            print(*found[:10], sep="\n")
            return None
        if monotonic() > end:
            break
    return count
