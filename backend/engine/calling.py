"""What a call is: a function of who asks and the parameters."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from msgspec import Struct


class Caller(Struct, frozen=True):
    """The process at the other end, as the kernel knows it (SO_PEERCRED in unix(7))."""

    pid: int
    uid: int
    is_owner: bool
    """The engine's own user, or root."""


class Lasting(Struct, frozen=True):
    """Given back by a call whose work goes on when the one who asked goes away or waits no longer."""

    work: Awaitable[object]


Call = Callable[[Caller, Mapping[str, Any]], object]
"""It gives a value, an awaitable of one, or an async iterator: then each item is an event. It must not block."""


def in_thread(work: Callable[[Mapping[str, Any]], object], executor: Executor) -> Call:
    """A call of what blocks."""

    def call(_: Caller, params: Mapping[str, Any]) -> object:
        return asyncio.get_running_loop().run_in_executor(executor, work, params)

    return call
