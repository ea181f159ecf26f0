"""One thread that waits for many sockets."""

import select
import time
from collections.abc import Callable, Generator
from typing import Protocol, TypeVar

Ready = Callable[[int], None]
"""Called with the mask of what a socket is ready for."""

T = TypeVar("T")
Steps = Generator[float, None, T]
"""Work in the midst of other work: each time it has to wait, it says until when at the latest (of time.monotonic), and
goes on when something has happened or that time has come."""

IN, OUT, FAILED = select.EPOLLIN, select.EPOLLOUT, select.EPOLLERR | select.EPOLLHUP


class HasDescriptor(Protocol):
    def fileno(self) -> int: ...


class Loop:
    def __init__(self) -> None:
        self._poll = select.epoll()
        self._ready: dict[int, Ready] = {}

    def close(self) -> None:
        self._poll.close()

    @property
    def is_idle(self) -> bool:
        """Nothing is waited for."""
        return not self._ready

    def add(self, source: HasDescriptor, mask: int, ready: Ready) -> None:
        self._poll.register(source, mask)
        self._ready[source.fileno()] = ready

    def change(self, source: HasDescriptor, mask: int) -> None:
        self._poll.modify(source, mask)

    def remove(self, source: HasDescriptor) -> None:
        """Before the source is closed; one that is not here is passed over."""
        if self._ready.pop(source.fileno(), None) is not None:
            self._poll.unregister(source)

    def turn(self, wait_s: float) -> int:
        """Waits until something is ready, does that, and says how much it was."""
        found = self._poll.poll(wait_s, 256)
        for descriptor, mask in found:
            ready = self._ready.get(descriptor)
            if ready is not None:
                ready(mask)
        return len(found)

    def run(self, is_done: Callable[[], bool], deadline: float, quiet_s: float) -> bool:
        """Until it is done (True), the deadline, or nothing has come for `quiet_s` (False)."""
        while not is_done():
            left = deadline - time.monotonic()
            if left <= 0 or not self.turn(min(left, quiet_s)):
                return is_done()
        return True

    def finish(self, steps: Steps[T]) -> T:
        """All of the steps, with nothing beside them."""
        try:
            while True:
                self.turn(max(0.0, next(steps) - time.monotonic()))
        except StopIteration as end:
            result: T = end.value
            return result
