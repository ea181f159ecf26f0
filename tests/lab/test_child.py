import signal
import subprocess
import sys

import pytest

from tests.waiting import is_running, wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]

SCRIPT = """
from backend.lab.lab import Lab
from backend.lab.plan.operation import MakeNamespace, Plan
with Lab(Plan({"r1": "r1"}, (MakeNamespace("r1"),))) as lab:
    print(lab._process.pid, flush=True)
    input()
"""


def test_a_lab_ends_with_whoever_started_it_however_that_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        assert is_running(child)
        starter.send_signal(signal.SIGKILL)
    wait_for(lambda: not is_running(child), "the lab to end")
