"""`python -m tests.soak [MINUTES [SEED]]`: what is larger at the end than after warming up is an error, and so is each
answer that should not be.
"""

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.soak.figures import grown, processes, settled
from tests.soak.load import Load
from tests.soak.people import ROUNDS
from tests.soak.place import Place, place

WARM = 0.15
"""Of the time, before the first measurement; not counted."""
RELOAD_S = 20.0
TOLD_S = 60.0
MOST_TOLD = 200
MOST_OF_LOG = 20_000
BAD = ("ERROR", "CRITICAL", "Traceback", "Exception")


def main(minutes: float, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="tsim-soak-") as folder:
        (temporary := Path(folder) / "tmp").mkdir()
        os.environ["TMPDIR"] = str(temporary)
        with place(Path(folder)) as one:
            return _judged(one, Load(one, seed), minutes * 60)


def _judged(one: Place, load: Load, seconds: float) -> int:
    begin = monotonic()
    with load.under_way(*ROUNDS):
        _let(one, begin, max(seconds * WARM, 20.0))
    before = settled(one)
    begin = monotonic()
    # A worker has to be at work for a while, or what it loses would not show: it is not reloaded in the second half.
    with load.under_way(*ROUNDS):
        with _reloads(one, load):
            _let(one, begin, seconds / 2)
        _let(one, begin, seconds)
    took = monotonic() - begin
    after = settled(one)
    for name in sorted({**before, **after}):
        print(f"{name:40} {before.get(name, 0):14,} {after.get(name, 0):14,}")
    for what, count in sorted(load.counts.items()):
        print(f"{count:10,}  {what}")
    wrong = [f"{name}: {before.get(name, 0):,} → {after[name]:,}" for name in grown(before, after)] + load.wrong
    for name, log in one.logs.items():
        bad = [line for line in log.splitlines() if _is_bad(line)]
        wrong += [f"{name}: {line}" for line in bad]
        if bad:
            print(log[-MOST_OF_LOG:])
    for line in wrong[:MOST_TOLD]:
        print(f"WRONG  {line}")
    print(f"{took / 60:.1f} minutes, {sum(load.counts.values()):,} things done, {len(wrong)} of them wrong")
    return 1 if wrong else 0


def _let(one: Place, begin: float, seconds: float) -> None:
    """It goes on; how large it is meanwhile is told each minute."""
    while (left := begin + seconds - monotonic()) > 0:
        threading.Event().wait(min(left, TOLD_S))
        now = processes(one)
        sizes = ", ".join(f"{kind} {now[f'bytes of {kind}'] >> 20}" for kind in ("engine", "web", "auth", "nginx"))
        open_ = ", ".join(f"{kind} {now[f'descriptors of {kind}']}" for kind in ("engine", "web", "auth", "nginx"))
        print(f"{monotonic() - begin:6.0f} s  MiB: {sizes}; descriptors: {open_}", flush=True)


@contextmanager
def _reloads(one: Place, load: Load) -> Iterator[None]:
    """Of gunicorn, nginx and engine, as systemctl does it."""
    ends = threading.Event()

    def run() -> None:
        while not ends.wait(RELOAD_S):
            for pid in (one.web.pid, one.engine.pid, one.nginx.pid):
                os.kill(pid, signal.SIGHUP)
            load.count("reloads")

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()


def _is_bad(line: str) -> bool:
    return any(word in line for word in BAD)


if __name__ == "__main__":
    minutes, seed = [*sys.argv[1:], *("30", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(float(minutes), int(seed)))
