"""Starting the engine when nobody listens: exactly one, however many ask for it at the same instant."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from msgspec import Struct

import backend
from backend.engine.client import Client
from backend.engine.protocol import NO_REQUEST, STOP, Code, EngineError

TAKEN = os.EX_TEMPFAIL
"""How an engine ends that finds another one in its place."""
LOOK_S = 0.03


class Launch(Struct, frozen=True):
    socket: Path
    log: Path
    environment: Mapping[str, str]
    idle_s: float = 900.0
    """It ends by itself when nobody has asked for so long."""
    limit_s: float = 60.0
    command: tuple[str, ...] = (sys.executable, "-m", "backend.engine")


def start(launch: Launch) -> None:
    """An engine answers when this returns, whoever started it; else an EngineError with the engine's own words."""
    deadline = monotonic() + launch.limit_s
    _make_place(launch.socket.parent)
    while not _answers(launch.socket, deadline):
        with _turn(launch.socket.with_name("launch.lock")) as is_ours:
            # It may have been started between the question and our turn.
            if is_ours and not _answers(launch.socket, deadline):
                _begin(launch, deadline)
        if monotonic() > deadline:
            raise _too_late(launch)
        sleep(LOOK_S)


def _make_place(directory: Path) -> None:
    try:
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        reason = "" if os.access(directory, os.W_OK | os.X_OK) else "it cannot be written"
    except OSError as error:
        reason = error.strerror or str(error)
    if reason:
        text = f"the engine has no place in {directory}: {reason}; TSIM_STATE chooses another"
        raise EngineError(Code.UNAVAILABLE, text)


def _answers(socket: Path, deadline: float) -> bool:
    client = Client(socket, connections=1)
    try:
        client.call(STOP, {"id": NO_REQUEST}, max(0.1, deadline - monotonic()))
    except EngineError as error:
        if error.code != Code.UNAVAILABLE:
            raise
        return False
    finally:
        client.close()
    return True


@contextmanager
def _turn(path: Path) -> Iterator[bool]:
    """Whether it is ours to start an engine; the kernel frees the lock of who is killed."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _is_locked(file)
    finally:
        os.close(file)


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _begin(launch: Launch, deadline: float) -> None:
    command = [*launch.command, "--detached", "--idle", f"{launch.idle_s:g}"]
    starting = subprocess.Popen(
        command,
        env=dict(launch.environment),
        cwd=Path(backend.__file__).parent.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with starting:
        try:
            _, said = starting.communicate(timeout=max(0.1, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            starting.kill()  # who waits for the engine as we do; the engine goes on
            raise _too_late(launch) from None
    if starting.returncode not in (0, TAKEN):
        words = said.decode(errors="replace").strip()
        text = f"the engine ended with status {starting.returncode}; its log is {launch.log}"
        raise EngineError(Code.UNAVAILABLE, words or text)


def _too_late(launch: Launch) -> EngineError:
    text = f"the engine did not answer within {launch.limit_s:g} s of its start; its log is {launch.log}"
    return EngineError(Code.UNAVAILABLE, text)
