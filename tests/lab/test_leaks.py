"""Nothing of a lab outlives it: no process, no namespace, no descriptor, whenever and however it ends."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from time import sleep

import pytest

import backend.demo
from backend.facts import read_directory
from backend.lab.lab import Lab
from backend.lab.plan import plan
from tests import scenario
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
DEMO = Path(backend.demo.__file__).parent / "facts"
BUILD = """
import pickle, sys
from backend.lab.lab import Lab
with Lab(pickle.load(sys.stdin.buffer)):
    print("ready", flush=True)
    sys.stdin.read()
"""


def of_session(session: int) -> list[int]:
    """The processes that still run of all that one starter has started: a namespace lives as long as one of them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(words[3]) == session and words[0] != "Z":
            found.append(int(folder.name))
    return found


def lab_of(session: int) -> list[int]:
    names = {pid: (Path("/proc") / str(pid) / "cmdline") for pid in of_session(session)}
    return [pid for pid, name in names.items() if name.exists() and b"backend.lab.child" in name.read_bytes()]


def test_many_labs_in_a_row_leave_nothing_behind() -> None:
    planned = plan(scenario.load("two-sites").network)
    before = len(os.listdir("/proc/self/fd")), os.listdir("/run")
    for _ in range(15):
        with Lab(planned) as lab:
            assert lab.run("hq-gw", ["true"]).code == 0
    assert (len(os.listdir("/proc/self/fd")), os.listdir("/run")) == before


@pytest.mark.parametrize("victim", ["the one who started it", "the lab itself"])
def test_a_lab_killed_at_any_moment_leaves_nothing(victim: str) -> None:
    said = pickle.dumps(plan(read_directory(DEMO).network))
    chance = Random(victim)
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", BUILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as starter:
            assert starter.stdin is not None
            starter.stdin.write(said)
            starter.stdin.flush()
            sleep(chance.uniform(0.05, 0.9))
            for pid in lab_of(starter.pid) if victim == "the lab itself" else [starter.pid]:
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not of_session(starter.pid), "all that belongs to the lab to end")
