"""Where a lab by hand is spoken to: a directory of its owner's only, with a socket and a lock.

The lock is held as long as the lab's process lives and freed by the kernel however it ends; a socket without a lock is
what one left that was killed.
"""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.lab.error import LabError

SOCKET, LOCK, LOG = "socket", "lock", "log"
BACKLOG = 64


def make(directory: Path) -> None:
    """Private, and ours."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory.stat().st_uid != os.geteuid():
            raise LabError(f"{directory} belongs to another user; TSIM_STATE chooses another place for the lab")
        directory.chmod(0o700)
    except OSError as error:
        reason = error.strerror or str(error)
        raise LabError(f"{directory}: {reason}; TSIM_STATE chooses another place for the lab") from None


def lock(directory: Path) -> int | None:
    """An open file that holds the lock until all its copies are closed; None: another process has it."""
    file = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def is_locked(directory: Path) -> bool:
    try:
        file = os.open(directory / LOCK, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def listen(directory: Path) -> socket.socket:
    """By who holds the lock, so that what is there is stale."""
    (directory / SOCKET).unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with address(directory) as short:
        listener.bind(short)
        os.chmod(short, 0o600)
    listener.listen(BACKLOG)
    return listener


def identity(directory: Path) -> int | None:
    """Of the socket that is there now."""
    try:
        return (directory / SOCKET).stat().st_ino
    except OSError:
        return None


def forget(directory: Path) -> None:
    (directory / SOCKET).unlink(missing_ok=True)


@contextmanager
def address(directory: Path) -> Iterator[str]:
    """Of the socket, short whatever the directory is called: the kernel takes 107 bytes (unix(7))."""
    opened = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{opened}/{SOCKET}"
    finally:
        os.close(opened)
