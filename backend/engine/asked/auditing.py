"""Who did what, on its way to the store: nobody waits for that, and a store in trouble stands in nobody's way.

What is not written yet is lost with the engine's process, some milliseconds' worth, or what came since the trouble.
"""

import asyncio
import logging
from collections import deque
from datetime import UTC, datetime

from backend.store.audit import Audit, Entry
from backend.store.error import StoreError

log = logging.getLogger(__name__)
MOST = 10_000
"""Entries that wait; of more, the oldest are lost."""
AT_ONCE = 500
AGAIN_S = 2.0
LAST_S = 3.0
"""At the end."""


class Auditing:
    def __init__(self, kept: Audit) -> None:
        self._kept = kept
        self._waiting: deque[Entry] = deque(maxlen=MOST)
        self._lost = 0
        self._arrived = asyncio.Event()
        self._written = asyncio.Event()
        self._written.set()
        self.trouble = ""
        """Why entries wait, while they do."""

    def note(self, who: str, what: str, object_: str, address: str, outcome: str) -> None:
        self._lost += len(self._waiting) == MOST
        self._waiting.append(Entry(datetime.now(UTC), who, what, object_, address, outcome))
        self._arrived.set()
        self._written.clear()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                await self._write()
            self._written.set()

    async def emptied(self, limit_s: float = LAST_S) -> None:
        """All is written, or will not be any more."""
        try:
            async with asyncio.timeout(limit_s):
                await self._written.wait()
        except TimeoutError:
            log.error("%d entries of the audit are lost: %s", len(self._waiting) + self._lost, self.trouble)

    async def _write(self) -> None:
        some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        try:
            await asyncio.to_thread(self._kept.add, *some)
        except StoreError as error:
            if not self.trouble:
                log.error("the audit waits: %s", error)
            self.trouble = str(error)
            self._put_back(some)
            await asyncio.sleep(AGAIN_S)
        else:
            if self._lost:
                log.error("%d entries of the audit were lost", self._lost)
            self.trouble, self._lost = "", 0

    def _put_back(self, entries: list[Entry]) -> None:
        room = MOST - len(self._waiting)
        self._lost += max(0, len(entries) - room)
        self._waiting.extendleft(reversed(entries[len(entries) - min(room, len(entries)) :]))
