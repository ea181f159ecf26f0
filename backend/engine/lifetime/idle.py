"""When an engine that a client started has nothing to do any more."""

import asyncio
from time import monotonic
from typing import Protocol


class Asked(Protocol):
    @property
    def idle_since(self) -> float | None:
        """By the monotonic clock; None while something is under way."""


async def until_idle(asked: Asked, idle_s: float) -> None:
    """Returns when nothing has been asked for so long."""
    while True:
        since = asked.idle_since
        left_s = idle_s if since is None else since + idle_s - monotonic()
        if left_s <= 0:
            return
        await asyncio.sleep(left_s)
