import os
import subprocess
import sys

import pytest

from backend.auth.privileges import can_read_hashes
from tests.auth.process import NOBODY, SHADOW, as_nobody

pytestmark = [pytest.mark.root, pytest.mark.serial]
TELL = """
import os
from backend.auth.privileges import give_up
give_up()
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(os.getresuid(), os.getresgid(), os.getgroups(), status["CapEff"].strip(), status["NoNewPrivs"].strip())
print(os.access("/etc/shadow", os.R_OK), os.access("/etc/passwd", os.W_OK))
"""


def told(within: list[str]) -> list[str]:
    done = subprocess.run([*within, sys.executable, "-c", TELL], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_root_becomes_nobody_who_can_read_hashes_and_nothing_else() -> None:
    ids = (NOBODY, NOBODY, NOBODY)
    assert told([]) == [f"{ids} {ids} [{SHADOW[0]}] 0000000000000000 1", "True False"]


def test_an_ordinary_user_keeps_what_he_has() -> None:
    assert told(as_nobody(SHADOW[0]))[1] == "True False"
    assert told(as_nobody())[1] == "False False"


def test_it_still_ends_with_its_parent() -> None:
    """The kernel forgets that with a change of credentials."""
    script = """
import os, sys
from backend.cli import children
print(children.start("child", [sys.executable, "-c", '''
import time
from backend.auth.privileges import give_up
give_up()
print("given up", flush=True)
time.sleep(600)
'''], os.environ).process.pid, flush=True)
import time
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    said = sorted(parent.stdout.readline().strip() for _ in range(2))
    assert said[1] == "given up"
    descriptor = os.pidfd_open(int(said[0]))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ended(descriptor)


def ended(descriptor: int) -> bool:
    import select

    with os.fdopen(descriptor) as opened:
        return bool(select.select([opened], [], [], 30)[0])


def test_root_can_read_hashes() -> None:
    assert can_read_hashes()
