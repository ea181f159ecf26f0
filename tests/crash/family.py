"""The processes of an engine: all that have its state directory in their environment."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import sleep

from tests.waiting import wait_for

NAMESPACES = ("net", "mnt", "user", "pid", "uts", "ipc")
STEP_S = 0.0003


class Family:
    def __init__(self, state: Path) -> None:
        self._mark = f"TSIM_STATE={state}".encode()

    def members(self) -> set[int]:
        """Those that run."""
        return {pid for pid in _processes() if self._mark in _environment(pid)}

    def namespaces(self) -> set[str]:
        """Those that the members alone are in."""
        members = self.members()
        others = {each for pid in set(_processes()) - members for each in _namespaces(pid)}
        return {each for pid in members for each in _namespaces(pid)} - others


def networks(engine: int) -> set[int]:
    """The templates of networks of which something has been asked, so that processes answer."""
    return {pid for pid in children(engine) if children(pid) and not _draws(pid)}


def papers(engine: int) -> set[int]:
    """The template of reports, when it is ready."""
    return {pid for pid in children(engine) if _draws(pid)}


def _draws(pid: int) -> bool:
    return "matplotlib" in _text(Path(f"/proc/{pid}/maps"))


def children(pid: int) -> set[int]:
    return {int(each) for task in _tasks(pid) for each in _text(task / "children").split()}


def gone(family: Family, namespaces: set[str]) -> None:
    """Nothing of it is left: no process, and none of the namespaces that it had."""
    wait_for(lambda: not family.members(), "the end of all processes of the engine")
    wait_for(lambda: not namespaces & held_namespaces(), "the end of all namespaces of the engine")


def held_namespaces() -> set[str]:
    """By a process, by an open file, or by a mount."""
    held = {each for pid in _processes() for each in _namespaces(pid)}
    for pid in _processes():
        with suppress(OSError):
            held |= {_link(each) for each in Path(f"/proc/{pid}/fd").iterdir()}
        held |= {line.split()[3] for line in _text(Path(f"/proc/{pid}/mountinfo")).splitlines() if " nsfs " in line}
    return held


def new_child(parent: int, known: set[int]) -> int:
    """One that was not there before; it is stopped at once."""
    found: set[int] = set()

    def is_there() -> bool:
        found.update(children(parent) - known)
        return bool(found)

    wait_for(is_there, "a process that works")
    kill(max(found), signal.SIGSTOP)
    return max(found)


def step(pid: int, is_there: Callable[[], bool]) -> bool:
    """Lets a process that is stopped go on, a little at a time, until it is so; whether it got there."""
    while not is_there():
        if not kill(pid, signal.SIGCONT):
            return is_there()
        sleep(STEP_S)
        kill(pid, signal.SIGSTOP)
    return True


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Whether it was there."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _processes() -> list[int]:
    return [int(each) for each in os.listdir("/proc") if each.isdigit()]


def _environment(pid: int) -> bytes:
    try:
        if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
            return b""
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def _namespaces(pid: int) -> set[str]:
    return {_link(Path(f"/proc/{pid}/ns/{kind}")) for kind in NAMESPACES} - {""}


def _link(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _tasks(pid: int) -> list[Path]:
    try:
        return list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
