"""Whether what the engine needs still answers, looked at by itself: so trouble is known before somebody meets it."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from msgspec import Struct

from backend.engine.protocol import EngineError
from backend.store.error import StoreError

log = logging.getLogger(__name__)
SLOW_S = 5.0
"""What takes longer is in trouble, though it does not say so."""


class Look(Struct, frozen=True):
    check: Callable[[], object]
    """In a thread; it says what is wrong by an EngineError or a StoreError."""
    every_s: float = 5.0


class Looking:
    def __init__(self, looks: Mapping[str, Look]) -> None:
        self._looks = looks
        self._said: dict[str, str] = {}
        self._asked_at: dict[str, float] = {}

    def trouble(self, name: str) -> str | None:
        """What was wrong when it was looked at last."""
        asked_at = self._asked_at.get(name)
        if asked_at is not None and monotonic() - asked_at > SLOW_S:
            return f"it has not answered for {monotonic() - asked_at:.0f} s"
        return self._said.get(name)

    @property
    def troubles(self) -> Mapping[str, str | None]:
        return {name: self.trouble(name) for name in self._looks}

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, look in self._looks.items():
                group.create_task(self._look(name, look))

    async def _look(self, name: str, look: Look) -> None:
        thread = ThreadPoolExecutor(1, f"look-{name}")  # of its own: all others may be waiting for the same
        while True:
            self._asked_at[name] = monotonic()
            try:
                await asyncio.get_running_loop().run_in_executor(thread, look.check)
            except (EngineError, StoreError) as error:
                self._tell(name, str(error))
            else:
                self._tell(name, None)
            del self._asked_at[name]
            await asyncio.sleep(look.every_s)

    def _tell(self, name: str, said: str | None) -> None:
        if said is None:
            if self._said.pop(name, None) is not None:
                log.warning("%s: it is well again", name)
        else:
            if name not in self._said:
                log.error("%s: %s", name, said)
            self._said[name] = said
