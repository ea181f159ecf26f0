"""In a process of its own, where nothing has been used before."""

import subprocess
import sys

FORKED = """
import os, sys
from backend.report import pdf, warm
from tests.report.results import read
warm()
modules = set(sys.modules)
child = os.fork()
if child == 0:
    made = pdf(read("accepted"))
    os._exit(0 if made.startswith(b"%PDF") and set(sys.modules) == modules else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_what_is_forked_afterwards_draws_and_imports_nothing_more() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
