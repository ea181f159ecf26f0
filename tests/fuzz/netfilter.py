"""Random routers with random firewalls, thousands of packets on their cables: the simulator against the kernel (root).

python -m tests.fuzz.netfilter [SEED [COUNT]]   routers from SEED on, COUNT of them; else new ones for FUZZ_SECONDS
python -m tests.fuzz.netfilter FILE             a case that was written before

FUZZ_PACKETS=100000 goes on for that many packets. Legacy and nft take turns.
"""

import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import SystemRandom
from time import monotonic

from msgspec import structs

from backend.facts.error import FactsError
from backend.lab.error import LabError
from backend.lab.plan.operation import Backend
from tests.oracle.casefiles import case_text, read_case, told
from tests.oracle.cases import Case, random_case
from tests.oracle.equipment import equipment
from tests.oracle.kernel_fates import from_kernel
from tests.oracle.matching import Comparison, compare
from tests.oracle.shrink import shrunk

EXCHANGES = 700
"""Of each router, a thousand packets and more."""
SHOWN = 3


def check(case: Case, backend: Backend) -> Comparison:
    network = case.network
    said = from_kernel(network, case.exchanges, backend)
    if said.refusals:
        raise LabError(f"{len(said.refusals)} refused: {said.refusals[0]}")
    return compare(network, said.courses)


def _differs(case: Case, backend: Backend) -> bool:
    try:
        return bool(check(case, backend).differences)
    except (LabError, FactsError):
        return False


def _seeds(words: list[str]) -> Iterator[int]:
    if words:
        yield from range(int(words[0]), int(words[0]) + (int(words[1]) if len(words) > 1 else 1))
        return
    chance = SystemRandom()
    end = monotonic() + float(os.environ.get("FUZZ_SECONDS", "20"))
    while "FUZZ_PACKETS" in os.environ or monotonic() < end:
        yield chance.getrandbits(31)


def _report(case: Case, seed: int, backend: Backend, found: Comparison) -> None:
    """Each difference by itself, in a case as small as it can be."""
    print(f"seed {seed}, {backend}: {len(found.differences)} differences")
    for number, difference in enumerate(found.differences[:SHOWN]):
        alone = structs.replace(case, exchanges=(case.exchanges[difference.exchange],))
        small = shrunk(alone, lambda tried: _differs(tried, backend)) if _differs(alone, backend) else alone
        shown = check(small, backend).differences or [difference]
        file = Path(f"fuzz-netfilter-{seed}-{number}.toml")
        file.write_text(case_text(small, seed, backend, shown))
        print(f"{file}:", *told(shown[0]), sep="\n  ", flush=True)


def main(words: list[str]) -> int:
    if words and not words[0].isdecimal():
        case = read_case(Path(words[0]).read_text())
        shown = [each for backend in Backend for each in check(case, backend).differences]
        print(*(line for each in shown for line in told(each)), f"{len(shown)} differences", sep="\n")
        return int(bool(shown))
    most = int(os.environ.get("FUZZ_PACKETS", "0"))
    known, total, begin, turns = equipment(tuple(Backend)), Comparison(differences=[]), monotonic(), count()
    for seed in _seeds(words):
        backend = tuple(Backend)[next(turns) % 2]
        case = random_case(seed, EXCHANGES, known)
        found = check(case, backend)
        total.add(found)
        if found.differences:
            _report(case, seed, backend, found)
            break
        if most and total.packets >= most:
            break
    speed = total.packets / (monotonic() - begin)
    print(f"netfilter: {total.packets} packets, {speed:.0f}/s, {len(total.differences)} differences", end="; ")
    print(f"{total.doubtful} depend on something else, {total.untold} not told")
    return int(bool(total.differences))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
