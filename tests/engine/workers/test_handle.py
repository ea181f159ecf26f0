import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from backend.engine.workers import handle
from backend.engine.workers.handle import Handle, ending
from tests.waiting import is_running, wait_for

LEADER = "import os, subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); os.read(0, 1)"


@pytest.fixture
def leader() -> Iterator["subprocess.Popen[bytes]"]:
    """A process that leads a group and has started a tool."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", LEADER], stdin=pipe, stdout=pipe, start_new_session=True) as process:
        yield process


def tool_of(leader: "subprocess.Popen[bytes]") -> int:
    assert leader.stdout is not None
    return int(leader.stdout.readline())


def test_a_process_is_killed_with_its_tools(leader: "subprocess.Popen[bytes]") -> None:
    tool = tool_of(leader)
    killing = Handle(os.pidfd_open(leader.pid))
    killing.kill()
    assert leader.wait() == -9
    wait_for(lambda: not is_running(tool), "the tool to end")
    killing.kill()
    killing.close()
    killing.close()
    killing.kill()


def test_tools_of_one_that_has_been_reaped_end_too(leader: "subprocess.Popen[bytes]") -> None:
    tool = tool_of(leader)
    killing = Handle(os.pidfd_open(leader.pid))
    leader.kill()
    leader.wait()
    assert is_running(tool)
    killing.kill()
    wait_for(lambda: not is_running(tool), "the tool to end")
    killing.close()


def test_a_kernel_that_knows_no_groups_kills_the_process(
    leader: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handle, "PROCESS_GROUP", 1 << 20)  # EINVAL, as from Linux before 6.9
    tool = tool_of(leader)
    killing = Handle(os.pidfd_open(leader.pid))
    killing.kill()
    assert leader.wait() == -9
    killing.close()
    os.kill(tool, 9)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "ended with code 0"),
        (-9, "ended by signal SIGKILL"),
        (-11, "ended by signal SIGSEGV"),
        (-70, "signal 70"),
    ],
)
def test_endings_are_said_by_name(code: int, text: str) -> None:
    assert text in ending(code)
