"""A process of its own for work with labs: in its own namespaces, and when it ends all of them are gone.

A process with one thread forks, which takes a few milliseconds. Where other threads run, which might hold locks, a new
interpreter is started instead.
"""

import fcntl
import gc
import logging
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import Struct

import backend
from backend.lab.error import LabError
from backend.lab.forking import forked, go_apart, told
from backend.lab.kernel.namespace import leave

log = logging.getLogger(__name__)
LENGTH = 8
GRACE_S = 2.0
Work = Callable[["Pipe", Any], None]
"""A function of a module, so that another interpreter finds it; it gets its task and talks through the pipe."""


class Failure(Struct, frozen=True):
    """Why the work could not be done, as the last thing that the process says."""

    text: str


class Pipe:
    """Values to and from the other process."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._rest = bytearray()

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, value: object) -> None:
        data = pickle.dumps(value)
        self._end.sendall(len(data).to_bytes(LENGTH) + data)

    def receive(self) -> Any:
        """EOFError when the other process has ended."""
        data = self._take(int.from_bytes(self._take(LENGTH)))
        is_collecting = gc.isenabled()
        gc.disable()  # of a large value every part is kept, and to look for garbage among them takes ten times as long
        try:
            return pickle.loads(data)
        finally:
            if is_collecting:
                gc.enable()

    def _take(self, count: int) -> bytes:
        while len(self._rest) < count:
            data = self._end.recv(1 << 20)
            if not data:
                raise EOFError
            self._rest += data
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken

    def close(self) -> None:
        self._end.close()


class Process:
    """The one that works. It sees the end of the pipe when its starter is gone, and ends."""

    def __init__(self, work: Work, task: object) -> None:
        self._code = 0
        ours, theirs = socket.socketpair()
        self.pipe = Pipe(ours)
        with theirs:
            if threading.active_count() == 1:
                self.pid = forked(lambda: _run(work, task, Pipe(theirs)), [theirs.fileno()])
            else:
                self.pid = _execute(work, task, ours, theirs)

    def receive(self, timeout_s: float | None = None) -> Any:
        """What the process says next; LabError when it has failed, has ended, or takes too long."""
        if timeout_s is not None and not select.select([self.pipe], [], [], timeout_s)[0]:
            raise LabError(f"the lab did not answer within {timeout_s:g} s")
        try:
            said = self.pipe.receive()
        except (EOFError, ConnectionError):
            raise LabError(f"the process of the lab ended {self._ended()}") from None
        if isinstance(said, Failure):
            raise LabError(said.text)
        return said

    def _ended(self) -> str:
        code = self.close()
        return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with code {code}"

    def close(self) -> int:
        """Ends it, at once where it does not end by itself; may be called twice."""
        self.pipe.close()
        if self.pid:
            self._code = _reap(self.pid)
            self.pid = 0
        return self._code


@contextmanager
def working(work: Work, task: object) -> Iterator[Process]:
    process = Process(work, task)
    try:
        yield process
    finally:
        process.close()


def _execute(work: Work, task: object, ours: socket.socket, theirs: socket.socket) -> int:
    command = [sys.executable, "-c", "from backend.lab.process import main; main()", str(theirs.fileno())]
    folder = Path(backend.__file__).parent.parent
    child = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, cwd=folder)
    Pipe(ours.dup()).send((work, task))
    child.returncode = 0  # it is reaped here, by its id
    return child.pid


def _run(work: Work, task: object, pipe: Pipe) -> int:
    go_apart()
    _end_with(pipe)
    gc.freeze()  # what was there before us stays, and need not be looked at again and again
    try:
        leave()
        work(pipe, task)
    except (LabError, OSError, MemoryError) as error:
        with suppress(OSError):
            pipe.send(Failure(told(error)))
        return 1
    except EOFError:
        return 0
    except Exception as error:
        log.exception("the lab failed")
        with suppress(OSError):
            pipe.send(Failure(f"the lab failed in a way that it should not: {type(error).__name__}: {error}"))
        return 1
    return 0


def _end_with(end: Pipe) -> None:
    """The kernel tells by a signal when the starter closes its end or is gone, whatever we are doing then."""

    def look(_signal: int, _frame: object) -> None:
        poll = select.poll()
        poll.register(end, select.POLLRDHUP)
        if poll.poll(0):
            os._exit(1)

    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(end, fcntl.F_SETFL, fcntl.fcntl(end, fcntl.F_GETFL) | os.O_ASYNC)
    look(0, None)


def _reap(pid: int) -> int:
    """A process whose pipe is closed ends by itself; one that hangs is killed."""
    with _handle(pid) as handle:
        if not select.select([handle], [], [], GRACE_S)[0]:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@contextmanager
def _handle(pid: int) -> Iterator[int]:
    handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        os.close(handle)


def main() -> None:
    pipe = Pipe(socket.socket(fileno=int(sys.argv[1])))
    work, task = pipe.receive()
    sys.exit(_run(work, task, pipe))
