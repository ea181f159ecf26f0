"""`python -m tests.crash.many [COUNT]`: so many tests are proved in a row, and the engine is as large as before."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from tests.crash.family import children
from tests.crash.trial import DESTINATION, SOURCE, Trial, trial

WARM = 40
"""Tests after which everything has been used."""
AT_ONCE = 10
ROOM = {"bytes": 8 << 20, "threads": 8, "descriptors": 24}
"""By so much each may be more all the same: connections to the store, their threads, and pages that they keep."""


def run(running: Trial, count: int, mode: str) -> None:
    """One after the other, as far as it goes: all of them succeed."""
    for first in range(0, count, AT_ONCE):
        for job in [_submit(running, mode) for _ in range(min(AT_ONCE, count - first))]:
            *_, last = running.engine.watch(job, after=0)
            assert last["event"]["message"] == "succeeded", last


def _submit(running: Trial, mode: str) -> str:
    question = {"source": SOURCE, "destination": DESTINATION, "services": "22/tcp,80/tcp", "mode": mode}
    return str(running.engine.ask("submit", question=question)["id"])


def sizes(running: Trial) -> Mapping[str, int]:
    """What could grow: bytes of processes, descriptors, threads, processes."""
    metrics = running.engine.ask("metrics")
    found = {"descriptors": metrics["descriptors"], "threads": metrics["threads"]}
    for number, pid in enumerate(sorted(running.family.members())):
        found[f"bytes of {number}"] = _bytes(pid)
        found[f"descriptors of {number}"] = len(os.listdir(f"/proc/{pid}/fd"))
    return found | {"processes": len(children(running.engine.pid))}


def grown(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """What has, by more than it may."""
    return {
        name: (before.get(name, 0), now)
        for name, now in after.items()
        if now > before.get(name, 0) + ROOM.get(name.partition(" ")[0], 0)
    }


def _bytes(pid: int) -> int:
    """Of its own: what it shares with the template that forked it is counted there."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Private_"))


def main(count: int) -> int:
    with tempfile.TemporaryDirectory(prefix="tsim-many-") as folder, trial(Path(folder)) as running:
        run(running, WARM, "prove")
        before, began = sizes(running), monotonic()
        run(running, count, "prove")
        after = sizes(running)
    print(f"{count} tests proved in {monotonic() - began:.0f} s")
    for name, now in after.items():
        print(f"{name:20} {before.get(name, 0):12,} {now:12,}")
    return 1 if grown(before, after) else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 500))
