"""A daemon that nobody waits for: its starter is told how the start went, and then it is alone with its log."""

import logging
import os
import sys
from pathlib import Path
from typing import NoReturn

KEPT_BYTES = 1024 * 1024
"""Of the log and of the one before it, each."""
READY = b"\n"
WORDS = 4096
"""What a pipe takes at once (PIPE_BUF in pipe(7))."""


class Detached:
    """`leave` first of all, since it forks; then `ready` when it answers, or `failed`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._told = -1

    def leave(self) -> None:
        """Returns in a process of its own, whose stderr is the log. The first one ends when that is ready or fails."""
        log = os.open(self._log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        ear, self._told = os.pipe()
        pid = os.fork()
        if pid:
            os.close(self._told)
            _wait(ear, pid)
        os.close(ear)
        os.dup2(log, 2)
        os.close(log)

    def ready(self) -> None:
        os.write(self._told, READY)
        os.close(self._told)

    def failed(self, why: str) -> None:
        os.write(self._told, why.encode(errors="replace")[:WORDS])


def _wait(ear: int, pid: int) -> NoReturn:
    said = os.read(ear, WORDS)
    if said == READY:
        os._exit(0)
    os.write(2, said)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF)


class Capped(logging.StreamHandler):  # type: ignore[type-arg]  # of whatever stderr is
    """Writes to stderr. Where that is a log of our own, it does not grow without end."""

    def __init__(self, log: Path | None) -> None:
        super().__init__(sys.stderr)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        super().emit(record)
        if self._log is not None and os.fstat(2).st_size > KEPT_BYTES:
            keep_newest(self._log)


def keep_newest(log: Path) -> None:
    """Emptied in place: all who write to it have it open for appending, and go on at its new end."""
    data = log.read_bytes()
    log.with_name(f"{log.name}.1").write_bytes(data[-KEPT_BYTES:])
    os.truncate(log, 0)
