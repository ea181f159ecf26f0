"""Child processes that end when their parent does, however it ends."""

import os
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from time import monotonic, sleep

from msgspec import Struct

from backend.lab.forking import signal_at_end_of_parent


class Child(Struct, frozen=True):
    name: str
    process: subprocess.Popen[bytes]


def start(name: str, command: Sequence[str], environment: Mapping[str, str]) -> Child:
    """In a session of its own, so that Ctrl-C reaches only the parent, which ends its children in order."""
    parent = os.getpid()

    def tie() -> None:
        signal_at_end_of_parent(signal.SIGTERM)
        if os.getppid() != parent:  # it ended before the tie was made
            os._exit(1)

    process = subprocess.Popen(  # nothing but this thread runs in the parent, so preexec_fn is safe
        command, env=dict(environment), stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=tie
    )
    return Child(name, process)


def ended(children: Iterable[Child]) -> Child | None:
    """The first child that is no longer running."""
    return next((child for child in children if child.process.poll() is not None), None)


def end(children: Sequence[Child], limit_s: float = 8.0) -> None:
    """Ask all to end, in the order given, and kill what has not ended within the limit, with all it started."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = monotonic() + limit_s
    while any(child.process.poll() is None for child in children) and monotonic() < deadline:
        sleep(0.02)
    for child in children:
        try:
            os.killpg(child.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            child.process.wait()


def how_ended(child: Child) -> str:
    code = child.process.returncode
    if code is not None and code < 0:
        return f"{child.name} was ended by {signal.Signals(-code).name}"
    return f"{child.name} ended with status {code}"
