"""Templates of the works of tests, on a loop."""

import asyncio
import functools
import gc
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from backend.engine.workers import Template
from tests.waiting import is_running

PROGRAM = ("-m", "tests.engine.workers.works")
LIMIT_S = 20.0
"""For a broken product only."""
OTHERS: set[int] = set()
"""Processes that this one started before the test: servers that several tests share."""


def on_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """All that the test starts has ended and is closed after it, or it fails."""

    @functools.wraps(test)
    def run(**given: Any) -> None:
        OTHERS.clear()
        OTHERS.update(children(os.getpid()))
        gc.collect()  # what others left open and forgot
        before = descriptors()
        asyncio.run(_limited(test(**given)))
        assert descriptors() <= before
        assert children(os.getpid()) == []

    return run


async def _limited(work: Awaitable[None]) -> None:
    async with asyncio.timeout(60):
        await work


@asynccontextmanager
async def template(task: bytes = b"") -> AsyncIterator[Template]:
    started = await Template.start("works", task, LIMIT_S, PROGRAM)
    try:
        yield started
    finally:
        await started.close()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def descriptors_of(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def children(pid: int) -> list[int]:
    """Also those that have ended and are not reaped; without those that were there before the test."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile has none
            found += map(int, (task / "children").read_text().split())
    return [child for child in found if child not in OTHERS]


async def until(condition: Callable[[], object], what: str) -> None:
    """Something that other processes do, while the loop goes on."""
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.005)
    assert condition(), what


async def gone(*pids: int) -> None:
    await until(lambda: not any(map(is_running, pids)), f"the end of {pids}")
