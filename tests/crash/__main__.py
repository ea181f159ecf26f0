"""`python -m tests.crash [COUNT [SEED [KIND…]]]`: kill the engine and its processes, so many times in all."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from tests.crash.kills import KINDS
from tests.crash.trial import trial


def main(count: int, seed: int, kinds: Sequence[str]) -> int:
    names = kinds or list(KINDS)
    rng, done, began = random.Random(seed), Counter[str](), monotonic()
    with tempfile.TemporaryDirectory(prefix="tsim-crash-") as folder, trial(Path(folder)) as one:
        while done.total() < count:
            name = names[done.total() % len(names)]
            print(f"{monotonic() - began:7.1f} s  {done.total():4}  {name}", flush=True)
            try:
                KINDS[name](one, rng)
                one.ended()
            except BaseException:
                print((Path(folder) / "log").read_text()[-20_000:])
                raise
            done[name] += 1
        jobs = one.engine.ask("jobs", limit=1)["jobs"][0]["number"]
    print(f"{done.total()} kills of {len(done)} kinds, {jobs} tests, {monotonic() - began:.0f} s: nothing was lost")
    return 0


if __name__ == "__main__":
    count, seed, *kinds = sys.argv[1:] + ["100", "1"][len(sys.argv) - 1 :]
    sys.exit(main(int(count), int(seed), kinds))
