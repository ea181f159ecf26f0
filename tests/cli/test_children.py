import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from backend.cli import children
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial
SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def test_a_child_that_ended_is_named_with_its_status() -> None:
    environment = dict(os.environ)
    child = children.start("the engine", [sys.executable, "-c", "raise SystemExit(3)"], environment)
    other = children.start("the web", SLEEP, environment)
    child.process.wait()
    assert children.ended([other, child]) is child
    assert children.how_ended(child) == "the engine ended with status 3"
    children.end([other, child])
    assert children.how_ended(other) == "the web was ended by SIGTERM"


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "deaf"
    script = f"trap '' TERM; touch {note}; while :; do sleep 0.1; done"
    child = children.start("deaf", ["bash", "-c", script], os.environ)
    wait_for(note.exists, "the child")
    children.end([child], limit_s=0.1)
    assert child.process.returncode == -signal.SIGKILL


def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = f"""
import pathlib, subprocess, time
pathlib.Path({str(note)!r}).write_text(str(subprocess.Popen({SLEEP!r}).pid))
time.sleep(600)
"""
    child = children.start("parent", [sys.executable, "-c", script], os.environ)
    wait_for(lambda: note.exists() and note.read_text(), "the grandchild")
    grandchild = int(note.read_text())
    assert is_running(grandchild)
    children.end([child])
    wait_for(lambda: not is_running(grandchild), "the end of the grandchild")


def test_no_child_survives_a_parent_that_was_killed() -> None:
    script = textwrap.dedent(f"""
        import os, time
        from backend.cli import children
        print(children.start("child", {SLEEP!r}, os.environ).process.pid, flush=True)
        time.sleep(600)
    """)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert is_running(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_for(lambda: not is_running(pid), "the end of the child")
