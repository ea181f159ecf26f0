import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

from backend.engine import Client
from backend.engine.lifetime.idle import until_idle
from tests.engine.conftest import Start


async def endless(*_: object) -> AsyncIterator[int]:
    yield 0
    await asyncio.Event().wait()


def test_who_is_asked_and_watched_is_not_idle_and_who_is_not_is(start: Start, socket_path: Path) -> None:
    server = start({"endless": endless, "echo": lambda _, params: params})
    idle = asyncio.run_coroutine_threadsafe(until_idle(server.server, 0.1), server.loop)
    client = Client(socket_path)
    with client.stream("endless") as stream:
        next(stream)
        threading.Event().wait(0.3)
        assert not idle.done()
    assert idle.result(30) is None
    assert client.call("echo") == b"{}"
