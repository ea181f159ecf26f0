"""Nothing of a lab outlives it: no process, and so no namespace, link, mount or file, however it ends."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from random import Random
from time import sleep

import pytest

import backend.demo
from backend.facts import read_directory
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.lab.proof.prove import Request, proving
from backend.model.answer import Reachability
from backend.model.flow import Service
from tests import scenario
from tests.thorough import times
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
DEMO = Path(backend.demo.__file__).parent / "facts"
PROVE = """
import pickle, sys
from backend.lab.proof.prove import proving
request = pickle.load(sys.stdin.buffer)
while True:
    for said in proving(request):
        pass
"""


def request() -> Request:
    """With a block, so that all labs of a proof come to life."""
    services = (Service("tcp", 443), Service("udp", 53), Service("icmp", 0))
    return Request(read_directory(DEMO).network, ip_address("10.1.1.50"), ip_address("10.3.20.1"), services)


def of_session(session: int) -> list[int]:
    """The processes that still run of one starter, and of the labs that it started, which lead sessions themselves."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue  # it has ended meanwhile
        if words[0] != "Z" and f"STARTED_BY={session}".encode() in environment:
            found.append(int(folder.name))
    return found


def children() -> list[str]:
    """Processes that this one has started and that are not reaped."""
    found: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile has none
            found += (task / "children").read_text().split()
    return found


def left() -> tuple[list[str], list[str], str]:
    """A namespace lives as long as a process that is in it or holds it, or a mount of it."""
    mounts = Path("/proc/self/mountinfo").read_text()
    return sorted(os.listdir("/sys/class/net")), sorted(os.listdir("/run")), mounts


@pytest.fixture
def _nothing_is_left() -> Iterator[None]:
    before, mine = left(), children()
    yield
    assert (left(), children()) == (before, mine)


@pytest.mark.usefixtures("_nothing_is_left")
@pytest.mark.parametrize("victim", ["the one who asked", "the lab itself"])
def test_a_proof_killed_at_any_moment_leaves_nothing(victim: str) -> None:
    said = pickle.dumps(request())
    chance = Random(victim)
    for number in range(times(50, 10)):
        mark = os.getpid() * 1000 + number
        with subprocess.Popen(
            [sys.executable, "-c", PROVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "STARTED_BY": str(mark)},
        ) as starter:
            assert starter.stdin is not None
            starter.stdin.write(said)
            starter.stdin.close()
            sleep(chance.uniform(0.15, 0.75))
            started = of_session(mark)
            for pid in [pid for pid in started if pid != starter.pid] if victim == "the lab itself" else [starter.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # this proof was done
            if victim == "the lab itself":
                starter.kill()
        wait_for(lambda mark=mark: not of_session(mark), "all that belongs to the lab to end")  # type: ignore[misc]


def answered(asked: Request) -> list[str]:
    found = [said for said in proving(asked) if isinstance(said, Reachability)]
    return [service.verdict.value for service in found[0].services]


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()


@pytest.mark.usefixtures("_nothing_is_left")
def test_labs_in_a_row_and_eight_at_once_leave_nothing() -> None:
    planned = plan(scenario.load("two-sites").network)
    before = held()
    for _ in range(times(100, 30)):
        with Lab(planned) as lab:
            assert lab.refusals == []
    asked = request()
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(answered, [asked] * 16))
    assert {tuple(each) for each in verdicts} == {("denied_forward", "denied_forward", "accepted")}
    assert held() == before


def resident() -> int:
    """KiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def test_many_proofs_do_not_make_the_one_who_asks_grow() -> None:
    asked = request()
    for _ in range(3):
        answered(asked)
    before = resident()
    for _ in range(20):
        answered(asked)
    assert resident() - before < 5000
