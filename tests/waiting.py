"""Waiting for something that another process does."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep


def wait_for(condition: Callable[[], object], what: str, limit_s: float = 30.0) -> None:
    """The limit is for a broken product only; no test depends on how long something takes."""
    deadline = monotonic() + limit_s
    while not condition():
        assert monotonic() < deadline, f"waited {limit_s:g} s for {what}"
        sleep(0.01)


def is_running(pid: int) -> bool:
    """A zombie has ended too; it waits for a parent that, in a container, may never ask for it."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
