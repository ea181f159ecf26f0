"""A server that really listens, on a loop in a thread of the test's own process."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from backend.engine.door.server import GRACE_S, Server
from backend.engine.protocol import EngineError


class Served:
    """A started server; what the test does with it is done in its loop."""

    def __init__(self, make: Callable[[], Server], grace_s: float = GRACE_S) -> None:
        self._make = make
        self._grace_s = grace_s
        self._is_up = threading.Event()
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="served")
        self._thread.start()
        self._is_up.wait()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Does not wait for the end."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.server.stop)

    def end(self) -> None:
        self.stop()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the server does not end"

    def done(self, work: Callable[[], object]) -> object:
        """What the work gives, done in the loop's thread."""

        async def do() -> object:
            return work()

        return asyncio.run_coroutine_threadsafe(do(), self.loop).result(30)

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.server = self._make()
        try:
            await self.server.startup()
        except (EngineError, OSError) as error:
            self._error = error
            return
        finally:
            self._is_up.set()
        await self.server.serve()
        await self.server.shutdown(self._grace_s)


@contextmanager
def served(make: Callable[[], Server], grace_s: float = GRACE_S) -> Iterator[Served]:
    one = Served(make, grace_s)
    try:
        yield one
    finally:
        one.end()
