"""Where an engine is spoken to: a private directory with a lock, a socket, and the number of changes.

The lock is held while the engine lives and freed by the kernel however it ends, so a socket without it is stale.
"""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from backend.engine.changes import Changes, beside
from backend.engine.door.address import short_address
from backend.engine.protocol import Code, EngineError

BACKLOG = 256
FIRST_PASSED = 3
"""The descriptor of the first socket that systemd opened for us (sd_listen_fds(3))."""


class Place:
    """`take` before anything is loaded, so that a second engine ends at once; `listen` when all is ready."""

    def __init__(self, path: Path, *, is_passed: bool = False) -> None:
        self.path = path
        self._is_passed = is_passed
        self._lock: IO[str] | None = None
        self._listener: socket.socket | None = None
        self._changes: Changes | None = None

    def take(self) -> None:
        if self._lock is not None:
            return
        directory = self.path.parent
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        if not self._is_passed:
            directory.chmod(0o700)
        self._lock = _locked(directory / "lock")
        self._changes = Changes(beside(self.path))

    def alter(self, _person: str) -> None:
        """Sessions, tokens or the role of somebody: what was said about them before is not believed from now on."""
        if self._changes is not None:
            self._changes.count()

    def listen(self) -> socket.socket:
        """The socket is the server's from then on."""
        self._listener = socket.socket(fileno=FIRST_PASSED) if self._is_passed else self._bound()
        self._listener.setblocking(False)
        return self._listener

    def close(self) -> None:
        """Nobody can connect from now on, but nobody else can take the place either. May be called twice."""
        if self._listener is not None:
            self._listener = None
            if not self._is_passed:
                self.path.unlink(missing_ok=True)

    def leave(self) -> None:
        self.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if self._changes is not None:
            self._changes.close()
            self._changes = None

    def _bound(self) -> socket.socket:
        """It has its name when it listens, so that whoever sees it can connect."""
        draft = self.path.with_name(f"{self.path.name}.new")
        draft.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(draft) as address:
            listener.bind(address)
            os.chmod(address, 0o600)
        listener.listen(BACKLOG)
        draft.rename(self.path)
        return listener


def _locked(path: Path) -> IO[str]:
    file = path.open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        text = f"another engine already serves {path.parent}; TSIM_STATE chooses another place"
        raise EngineError(Code.BUSY, text) from None
    return file
