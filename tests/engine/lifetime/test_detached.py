import subprocess
import sys
from pathlib import Path

import pytest

from backend.engine.lifetime.detached import KEPT_BYTES, keep_newest
from tests.waiting import wait_for

SCRIPT = """
import logging, os, sys, time
from pathlib import Path
from backend.engine.lifetime.detached import Capped, Detached
log = Path(sys.argv[1])
detached = Detached(log)
detached.leave()
{before}
logging.basicConfig(handlers=[Capped(log)], format="%(message)s")
detached.ready()
{after}
"""


def run(log: Path, before: str = "", after: str = "") -> subprocess.CompletedProcess[str]:
    script = SCRIPT.format(before=before, after=after)
    return subprocess.run([sys.executable, "-c", script, log], capture_output=True, text=True)


def test_its_starter_goes_on_when_it_is_ready_and_its_words_are_in_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of the one before\n")
    log.chmod(0o600)
    done = run(log, "os.system('echo a child >&2; sleep 3 >/dev/null &')", "logging.warning('alone')")
    assert (done.returncode, done.stderr) == (0, "")
    wait_for(lambda: log.read_text() == "of the one before\na child\nalone\n", "the log")
    assert log.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("before", "status"),
    [("detached.failed('no facts'); sys.exit(1)", 1), ("os._exit(75)", 75), ("os.kill(os.getpid(), 9)", 247)],
)
def test_one_that_ends_before_it_is_ready_hands_its_status_on(tmp_path: Path, before: str, status: int) -> None:
    done = run(tmp_path / "log", before)
    assert done.returncode == status
    assert done.stderr == ("no facts" if status == 1 else "")


def test_the_log_does_not_grow_without_end_and_keeps_the_newest(tmp_path: Path) -> None:
    log = tmp_path / "log"
    run(log, before="numbers = range(5000)", after="[logging.warning('%d ' + 'x' * 1000, each) for each in numbers]")
    wait_for(lambda: log.exists() and "4999 " in log.read_text()[-2000:], "the last word")
    for file in (log, tmp_path / "log.1"):
        assert file.stat().st_size <= KEPT_BYTES + 2000
    kept = (tmp_path / "log.1").read_text() + log.read_text()
    numbers = [int(line.split()[0]) for line in kept.splitlines() if not line.startswith("x")]
    assert numbers[-1] == 4999
    assert numbers == list(range(numbers[0], 5000))


def test_who_has_the_log_open_goes_on_at_its_new_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("a") as file:
        file.write("old\n")
        file.flush()
        keep_newest(log)
        file.write("new\n")
    assert (log.read_text(), (tmp_path / "log.1").read_text()) == ("new\n", "old\n")
