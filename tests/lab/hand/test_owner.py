"""The life of the process that owns a lab."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from shutil import rmtree
from time import sleep

import pytest

from backend.lab.error import LabError
from backend.lab.hand import client, owner, place
from backend.lab.hand.client import NotUpError, ask
from backend.lab.hand.machines import UsageError
from backend.lab.hand.owner import Task, chosen_routers, plan_by_hand
from backend.lab.hand.protocol import Ping, StartServices, Status
from backend.lab.kernel.namespace import FORBIDDEN
from backend.lab.plan.survey import Survey
from backend.model.flow import Service
from tests.lab import nobody
from tests.lab.hand.played import NETWORK
from tests.lab.nobody import ROOT
from tests.lab.test_leaks import of_session
from tests.waiting import is_running, wait_for

SCRIPT = """
import sys
from pathlib import Path
from backend.lab.hand.owner import Task, start
from tests.lab.hand.played import NETWORK
print(start(Task(Path(sys.argv[1]), NETWORK)), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "lab"
    with suppress(LabError):
        client.end(tmp_path / "lab")


def starter(folder: Path, script: str = SCRIPT) -> "subprocess.Popen[str]":
    command = ["prlimit", "--nofile=256:4096", sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True, start_new_session=True)


def pid_of(folder: Path) -> int:
    return int(ask(folder, Status())["pid"])


@pytest.mark.root
@pytest.mark.serial
def test_a_lab_stays_when_its_starter_is_gone_and_holds_nothing_of_it(folder: Path) -> None:
    with starter(folder) as first:
        assert first.communicate(timeout=60)[0] == "True\n", "the end of what it prints is seen"
    assert ask(folder, Ping("a", "b"))["received"] == 3
    pid = pid_of(folder)
    assert os.getsid(pid) != first.pid
    assert os.path.samefile(f"/proc/{pid}/cwd", "/")
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE) == (4096, 4096), "each service is an open file"
    files = ("/dev/null", "/dev/null", str(folder / place.LOG))
    assert all(os.path.samefile(f"/proc/{pid}/fd/{number}", file) for number, file in enumerate(files))
    client.end(folder)
    assert not is_running(pid)
    assert (folder / place.LOG).read_text() == ""


@pytest.mark.root
@pytest.mark.serial
def test_of_several_at_once_one_builds_and_all_find_it_up(folder: Path) -> None:
    starters = [starter(folder) for _ in range(4)]
    said = [each.communicate(timeout=60)[0] for each in starters]
    assert sorted(said) == ["False\n", "False\n", "False\n", "True\n"]
    assert not owner.start(Task(folder, NETWORK))
    assert ask(folder, Ping("a", "b"))["received"] == 3


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_lab_that_is_killed_leaves_nothing_and_another_one_can_be_built(folder: Path, how: signal.Signals) -> None:
    for _ in range(2):
        assert owner.start(Task(folder, NETWORK))
        ask(folder, StartServices("b", (Service("tcp", 80),)))
        pid = pid_of(folder)
        session = os.getsid(pid)
        namespaces = {os.readlink(f"/proc/{pid}/fd/{each}") for each in os.listdir(f"/proc/{pid}/fd")}
        namespaces = {each for each in namespaces if each.startswith("net:")}
        assert len(namespaces) >= 8
        os.kill(pid, how)
        wait_for(lambda: not is_running(pid), "the lab to end")  # noqa: B023
        assert of_session(session) == []
        with pytest.raises(NotUpError, match="no lab is up"):
            ask(folder, Status())
        assert (folder / place.SOCKET).exists() == (how == signal.SIGKILL)


@pytest.mark.root
@pytest.mark.serial
def test_a_starter_that_is_killed_leaves_a_whole_lab_or_nothing(folder: Path) -> None:
    chance = Random("starter")
    for _ in range(8):
        with starter(folder) as killed:
            sleep(chance.uniform(0.05, 0.6))
            killed.kill()
        wait_for(lambda: not place.is_locked(folder) or (folder / place.SOCKET).exists(), "the lab to end or be up")
        with suppress(LabError):  # it is not up, or is just ending; if it stays without an answer, the wait tells
            assert ask(folder, Ping("a", "b"))["received"] == 3
            client.end(folder)
        wait_for(lambda: not place.is_locked(folder), "the lock to be free")


@pytest.mark.root
@pytest.mark.serial
def test_one_that_can_be_asked_no_more_ends(folder: Path) -> None:
    often = SCRIPT.replace("import sys\n", "import sys\nfrom backend.lab.hand import owner\nowner.LOOK_S = 0.05\n")
    with starter(folder, often) as first:
        assert first.communicate(timeout=60)[0] == "True\n"
    pid = pid_of(folder)
    assert ask(folder, Ping("a", "b"))["received"] == 3
    rmtree(folder)
    wait_for(lambda: not is_running(pid), "the lab to end")
    assert not folder.exists()


@pytest.mark.root
@pytest.mark.serial
def test_a_part_of_the_network(folder: Path) -> None:
    assert owner.start(Task(folder, NETWORK, ("r2", "r3")))
    status = ask(folder, Status())
    assert [each["name"] for each in status["machines"]] == ["r2", "r3", "b", "c"]
    assert not status["is_whole"]
    assert ask(folder, Ping("r2", "b"))["received"] == 3


@pytest.mark.root
@pytest.mark.serial
def test_below_run_it_cannot_be() -> None:
    folder = Path(f"/run/tsim-test-{os.getpid()}")
    try:
        with pytest.raises(LabError, match=r"cannot be below /run"):
            owner.start(Task(folder, NETWORK))
        assert not place.is_locked(folder)
    finally:
        folder.rmdir()


ROOTLESS = """
import os, tempfile
from pathlib import Path
from backend.lab.hand import client
from backend.lab.hand.owner import Task, start
from backend.lab.hand.protocol import AddHost, Mtr, Ping, RemoveHost, StartServices, Status, TryServices
from backend.model.flow import Service
from tests.lab.hand.played import NETWORK
assert os.geteuid() == 65534
folder = Path(tempfile.mkdtemp()) / "lab"
start(Task(folder, NETWORK))
try:
    print(client.ask(folder, Status())["is_rootless"])
    client.ask(folder, AddHost("w", ("10.2.0.77", "2001:db8:2::77")))
    client.ask(folder, StartServices("w", (Service("tcp", 80),)))
    for family in (4, 6):
        print(client.ask(folder, Ping("a", "w", family=family))["received"])
        print(client.ask(folder, TryServices("a", "w", (Service("tcp", 80),), family))["reached"])
        for _ in range(5):
            print([hop["loss"] for hop in client.ask(folder, Mtr("a", "w", "udp", family=family))["path"]])
    client.ask(folder, RemoveHost("w"))
finally:
    client.end(folder)
print(sorted(os.listdir(folder)))
"""


@pytest.mark.root
@pytest.mark.serial
def test_an_ordinary_user_without_any_capability_plays_as_well() -> None:
    done = nobody.said(ROOTLESS)
    if not nobody.may_make_namespaces():
        assert FORBIDDEN in done.stderr
        return
    assert done.returncode == 0, done.stderr
    each_family = ["3", "True", *["[0.0, 0.0, 0.0, 0.0]"] * 5]
    assert done.stdout.splitlines() == ["True", *each_family, *each_family, "['lock', 'log']"]


def test_routers_are_chosen_by_name() -> None:
    assert [each.name for each in chosen_routers(NETWORK, ())] == ["r1", "r2", "r3"]
    assert [each.name for each in chosen_routers(NETWORK, ("r3", "r1"))] == ["r1", "r3"]
    with pytest.raises(UsageError, match="--routers: 'r9' is no router of this network; there are r1, r2, r3"):
        chosen_routers(NETWORK, ("r1", "r9"))


def test_hosts_beside_no_chosen_router_are_left_out_and_so_is_an_internet_without_its_gateway() -> None:
    survey = Survey(NETWORK)
    assert list(plan_by_hand(survey, ("r3",)).namespaces) == ["r3", "b", "c"]
    assert list(plan_by_hand(survey, ("r1",)).namespaces) == ["r1", "a", "_internet"]
