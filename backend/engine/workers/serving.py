"""The program of a template: loads one thing, then does nothing but fork processes and reap them.

It has one thread and holds no lock, so a process that it forks begins in a state that is known.
"""

import gc
import logging
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress

from msgspec import Struct, structs

from backend.engine.workers.child import Birth, Work, begin, data_of, too_large
from backend.engine.workers.handback import Handback
from backend.engine.workers.line import Line
from backend.engine.workers.message import (
    Ended,
    Fork,
    Forked,
    Load,
    NotForked,
    Ready,
    Refused,
)
from backend.lab.forking import forked, signal_at_end_of_parent, told

log = logging.getLogger(__name__)
ENGINE_GONE = 0
LOOK_MS = 50
"""So often it is looked how large children are that have a limit."""


def _forgotten(_handed: bytes) -> None:
    pass


class Loaded(Struct, frozen=True):
    """What a template has when it is ready."""

    works: Mapping[str, Work]
    ready: bytes = b"null"
    """For the engine."""
    take: Callable[[bytes], None] = _forgotten
    """What a process hands back for those that are forked after it."""


Loader = Callable[[bytes], Loaded]
"""From its task; an exception says why it cannot."""


def main(kinds: Mapping[str, Loader], descriptor: int) -> int:
    logging.basicConfig(format="%(asctime)s worker %(levelname)s %(message)s")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal_at_end_of_parent(signal.SIGKILL)
    line = Line(socket.socket(fileno=descriptor))
    if line.is_cut:  # the engine ended before the kernel was asked to tell
        return ENGINE_GONE
    try:
        order, _ = line.receive()
        assert isinstance(order, Load)
        gc.disable()  # what is loaded stays
        loaded = _loaded(kinds, order, line)
        if loaded is None:
            return 1
        gc.collect()
        gc.freeze()
        serving = Serving(line, loaded)
        line.send(Ready(loaded.ready))
        serving.run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return ENGINE_GONE
    return ENGINE_GONE


def _loaded(kinds: Mapping[str, Loader], order: Load, line: Line) -> Loaded | None:
    try:
        return kinds[order.kind](order.task)
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine is told
        line.send(Refused(_reason(order, error)))
        return None


def _reason(order: Load, error: Exception) -> str:
    if isinstance(error, KeyError) and error.args == (order.kind,):
        return f"there is no template {order.kind!r}"
    is_expected = type(error).__module__.startswith("backend.") or isinstance(error, OSError | MemoryError)
    if is_expected:
        return told(error)
    log.error("the template %s failed", order.kind, exc_info=error)
    return f"{type(error).__name__}: {error}"


class Child(Struct, frozen=True):
    pid: int
    number: int
    """The engine's."""
    memory: int | None
    most: int
    """Bytes that it may have with this limit."""

    @property
    def is_too_large(self) -> bool:
        return self.memory is not None and data_of(self.pid) > self.most


class Serving:
    """A descriptor for each child says when it has ended; numbers of processes are used before they are reaped only."""

    def __init__(self, line: Line, loaded: Loaded) -> None:
        self._line = line
        self._loaded = loaded
        self._handback = Handback()
        self._children: dict[int, Child] = {}
        """By their descriptors."""
        self._limited = 0
        self._poll = select.poll()

    def run(self) -> None:
        # Where it is stopped when the engine ends, it goes on, sees that, and ends its children.
        signal_at_end_of_parent(signal.SIGCONT)
        self._poll.register(self._line.end, select.POLLIN)
        self._poll.register(self._handback, select.POLLIN)
        try:
            while True:
                for descriptor, _ in self._poll.poll(LOOK_MS if self._limited else None):
                    self._look(descriptor)
                if self._limited:
                    self._end_large()
        finally:
            for child in self._children.values():
                _kill(child.pid)
            for descriptor in list(self._children):
                self._end(descriptor)

    def _look(self, descriptor: int) -> None:
        if descriptor == self._line.end.fileno():
            self._obey()
            while self._line.has_more:
                self._obey()
        elif descriptor == self._handback.fileno():
            self._take()
        else:
            self._line.send(self._end(descriptor))

    def _end_large(self) -> None:
        for descriptor, child in list(self._children.items()):
            if child.is_too_large:
                assert child.memory is not None
                self._line.send(structs.replace(self._end(descriptor), why=too_large(child.memory)))

    def _obey(self) -> None:
        order, end = self._line.receive()
        assert isinstance(order, Fork)
        assert end is not None
        with socket.socket(fileno=end) as theirs:
            try:
                self._fork(order, theirs)
            except OSError as error:
                self._line.send(NotForked(order.number, f"the machine starts no process: {error}"))

    def _fork(self, order: Fork, theirs: socket.socket) -> None:
        work = self._loaded.works.get(order.work)
        if work is None:
            self._line.send(NotForked(order.number, f"there is no work {order.work!r}"))
            return
        birth = Birth(os.getpid(), order.work, order.memory)
        kept = [theirs.fileno(), self._handback.child_end.fileno()]
        pid = forked(lambda: begin(birth, work, theirs, self._handback), kept)
        descriptor = os.pidfd_open(pid)
        most = data_of("self") + (order.memory or 0)  # it began with as much as is here
        self._children[descriptor] = Child(pid, order.number, order.memory, most)
        self._limited += order.memory is not None
        self._poll.register(descriptor, select.POLLIN)
        self._line.send(Forked(order.number, pid), descriptor)

    def _end(self, descriptor: int) -> Ended:
        """While it is not reaped, its number and that of its group are its own: what it has started ends with it."""
        child = self._children.pop(descriptor)
        self._limited -= child.memory is not None
        self._poll.unregister(descriptor)
        _kill(child.pid)
        code = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
        os.close(descriptor)
        return Ended(child.number, code)

    def _take(self) -> None:
        try:
            handed = self._handback.receive()
            if handed is not None:
                self._loaded.take(handed)
        except Exception:  # it comes from a process that has read anything: what cannot be used is left
            log.exception("what a process handed back cannot be used")
        gc.freeze()


def _kill(pid: int) -> None:
    """It first: then it starts nothing more that its group would not have."""
    for kill in (os.kill, os.killpg):
        with suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)


def run(kinds: Mapping[str, Loader]) -> None:
    sys.exit(main(kinds, int(sys.argv[1])))
