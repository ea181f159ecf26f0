"""What a process does that a template has forked: sets itself apart, gets its task, works, and says how it went."""

import gc
import logging
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from backend.engine.workers.frame import FrameBuffer, Kind, header
from backend.engine.workers.handback import Handback
from backend.lab.error import LabError
from backend.lab.forking import go_apart, is_out_of_memory, signal_at_end_of_parent, told

log = logging.getLogger(__name__)
AT_ONCE = 1 << 18


class Birth(Struct, frozen=True):
    parent: int
    work: str
    memory: int | None


class Channel:
    """To the engine, which gave the task; and back to the template."""

    def __init__(self, end: socket.socket, handback: Handback) -> None:
        self._end = end
        self._handback = handback
        self._buffer = FrameBuffer()
        self._received: list[bytes] = []

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, message: bytes, kind: Kind = Kind.SAID) -> None:
        head = header(kind, len(message))
        if len(message) < AT_ONCE:
            self._end.sendall(head + message)
        else:
            self._end.sendall(head)
            self._end.sendall(message)

    def receive(self) -> bytes:
        """EOFError when the engine does not want anything more."""
        while not self._received:
            data = self._end.recv(AT_ONCE)
            if not data:
                raise EOFError
            self._received += [frame.body for frame in self._buffer.feed(data)]
        return self._received.pop(0)

    @property
    def template(self) -> socket.socket:
        return self._handback.child_end

    def hand_back(self, data: bytes) -> None:
        """For the processes that are forked after this one."""
        self._handback.send(data)


Work = Callable[[Channel, bytes], None]
"""With its task."""


def begin(birth: Birth, work: Work, end: socket.socket, handback: Handback) -> int:
    go_apart()
    end_with(birth.parent)
    channel = Channel(end, handback)
    try:
        if birth.memory is not None:
            _limit_memory(birth.memory)
        gc.enable()
        work(channel, channel.receive())
        channel.send(b"", Kind.DONE)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return 0
    except Exception as error:  # noqa: BLE001 - the edge of the process; the engine is told
        _allow_memory()
        with suppress(OSError):
            channel.send(_reason(birth, error).encode(errors="replace"), Kind.FAILED)
        return 1
    return 0


def end_with(parent: int) -> None:
    """This process never outlives its template."""
    signal_at_end_of_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _reason(birth: Birth, error: Exception) -> str:
    if birth.memory is not None and is_out_of_memory(error):
        return too_large(birth.memory)
    if isinstance(error, LabError | OSError | MemoryError):
        return told(error)
    log.error("the process %s failed", birth.work, exc_info=error)
    return f"the process {birth.work!r} failed in a way that it should not: {type(error).__name__}: {error}"


def too_large(memory: int) -> str:
    return f"it needs more memory than the {memory >> 20} MiB that it may use"


def data_of(pid: int | str) -> int:
    """Bytes that a process could write to, of its own: what RLIMIT_DATA counts (proc_pid_statm(5), getrlimit(2))."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[5]) * resource.getpagesize()


def _limit_memory(more: int) -> None:
    """A wall behind the limit that the template looks after: who runs against it may hang, as a thread that starts."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = data_of("self") + 2 * more
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if most < 0 else min(wanted, most), most))


def _allow_memory() -> None:
    """To say that there was not enough."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
