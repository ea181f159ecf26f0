"""Where it is asked: a socket in a private directory, with a lock that is free as soon as its process has ended."""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import IO

BACKLOG = 16
FIRST_PASSED = 3
"""The descriptor of the first socket that systemd opened for us (sd_listen_fds(3))."""


class PlaceError(Exception):
    """It cannot be had; the text says why."""


class Place:
    def __init__(self, path: Path, *, is_passed: bool = False) -> None:
        self._path = path
        self._is_passed = is_passed
        self._lock: IO[str] | None = None

    def take(self) -> socket.socket:
        """The socket, which listens. PlaceError where another process has it."""
        if self._is_passed:
            return socket.socket(fileno=FIRST_PASSED)
        directory = self._path.parent
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            directory.chmod(0o700)
            self._lock = (directory / "lock").open("a", encoding="ascii")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return self._bound(directory)
        except BlockingIOError:
            raise PlaceError(f"another process already answers at {self._path}") from None
        except OSError as error:
            raise PlaceError(f"{self._path}: {error.strerror}") from error

    def leave(self) -> None:
        """The socket's file stays where the right to remove it has been given up: the lock says that it is old."""
        if self._lock is not None:
            with suppress(PermissionError):
                self._path.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _bound(self, directory: Path) -> socket.socket:
        """By a short name: addresses have 107 bytes (unix(7)), directories may have more."""
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        descriptor = os.open(directory, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            address = f"/proc/self/fd/{descriptor}/{self._path.name}"
            before = os.umask(0o177)
            try:
                listener.bind(address)
            finally:
                os.umask(before)
        finally:
            os.close(descriptor)
        listener.listen(BACKLOG)
        return listener
