"""What the engine does by itself: old tests are removed, and facts that were collected again are read."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from msgspec import structs

from backend.facts.directory import HOSTS, SUFFIX
from backend.store.error import StoreError
from backend.store.retention import Gone, Stats

log = logging.getLogger(__name__)
TIDY_S = 3600.0
FIRST_TIDY_S = 60.0
"""After the start, when other things matter more."""

Signature = frozenset[tuple[str, int, int]]


class Tidying:
    """Hourly, and when somebody asks for it; never twice at once."""

    def __init__(self, tidy: Callable[[Gone], Stats], due: Callable[[], Stats]) -> None:
        self.listeners: list[Callable[[str, str], None]] = []
        """Told of each job that is no more: its id, and whose it was."""
        self._tidy = tidy
        self._due = due
        self._under_way = asyncio.Lock()

    async def tidied(self) -> Stats:
        loop = asyncio.get_running_loop()
        async with self._under_way:
            stats = await asyncio.to_thread(self._tidy, lambda jobs: loop.call_soon_threadsafe(self._tell, jobs))
        if any(structs.astuple(stats)):
            log.info("removed what is old: %s", stats)
        return stats

    def _tell(self, jobs: Sequence[tuple[str, str]]) -> None:
        for job, user in jobs:
            for listener in self.listeners:
                listener(job, user)

    async def due(self) -> Stats:
        """What would be removed."""
        async with self._under_way:
            return await asyncio.to_thread(self._due)

    async def run(self) -> None:
        """Until it is cancelled."""
        await asyncio.sleep(FIRST_TIDY_S)
        while True:
            try:
                await self.tidied()
            except StoreError as error:
                log.error("nothing old could be removed: %s", error)
            await asyncio.sleep(TIDY_S)


async def watch(directory: Path, every_s: float, changed: Callable[[], Awaitable[None]]) -> None:
    """Until it is cancelled. A change is told when it is over: files are collected one after the other."""
    told = seen = await asyncio.to_thread(signature, directory)
    while True:
        await asyncio.sleep(every_s)
        before, seen = seen, await asyncio.to_thread(signature, directory)
        if seen == before != told:
            told = seen
            await changed()


def signature(directory: Path) -> Signature:
    """Another one when a file has changed, as far as names, sizes and times show it."""
    try:
        with os.scandir(directory) as found:
            return frozenset(
                (each.name, each.stat().st_size, each.stat().st_mtime_ns)
                for each in found
                if each.name.endswith(SUFFIX) or each.name == HOSTS
            )
    except OSError:
        return frozenset()
