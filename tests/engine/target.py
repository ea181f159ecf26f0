"""`python -m tests.engine.target SOCKET`: the engine's real server in a process of its own, with calls for tests."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from backend.engine import Client
from backend.engine.calling import Call, Caller
from backend.engine.door.limits import Limits
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from tests.waiting import wait_for


class State(Struct, frozen=True):
    """What must not grow, however badly clients behave."""

    connections: int
    descriptors: int
    tasks: int
    threads: int
    memory_kb: int
    is_idle: bool


class Target:
    def __init__(self, path: Path, pid: int) -> None:
        self.path = path
        self.pid = pid
        self._client = Client(path, deadline_s=60.0)

    def echo(self, number: int) -> bool:
        return self._client.call("echo", {"number": number}) == b'{"number":%d}' % number

    def state(self) -> State:
        """When all that bad clients left is gone, their tasks too."""
        found = self._state()

        def is_gone() -> bool:
            nonlocal found
            found = self._state()
            return found.connections == found.tasks == 1

        wait_for(is_gone, "the bad clients to go", 60)
        return found

    def _state(self) -> State:
        return msgspec.json.decode(self._client.call("state"), type=State)

    def close(self) -> None:
        self._client.close()


@contextmanager
def target(folder: Path) -> Iterator[Target]:
    path = folder / "engine" / "socket"
    process = subprocess.Popen([sys.executable, "-m", "tests.engine.target", path], stderr=subprocess.PIPE)
    try:
        wait_for(path.exists, "the server")
        one = Target(path, process.pid)
        yield one
        one.close()
    finally:
        process.terminate()
        _, said = process.communicate()
    assert (process.returncode, said.decode()) == (0, "")


def _echo(_: Caller, params: Mapping[str, Any]) -> object:
    return dict(params)


async def _later(_: Caller, params: Mapping[str, Any]) -> object:
    await asyncio.sleep(0.001)
    return dict(params)


async def _never(*_: object) -> object:
    return await asyncio.Event().wait()


async def _count(_: Caller, params: Mapping[str, Any]) -> AsyncIterator[object]:
    for number in range(params["to"] if isinstance(params.get("to"), int) else 10):
        yield {"seq": number, "message": "443/tcp blocked by br-gw"}


async def _flood(*_: object) -> AsyncIterator[str]:
    while True:
        yield "x" * 1000


def _calls(server: list[Server]) -> Mapping[str, Call]:
    def state(*_: object) -> State:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        return State(
            connections=server[0].connections,
            descriptors=len(os.listdir("/proc/self/fd")) - server[0].connections,
            tasks=len(asyncio.all_tasks()),
            threads=int(status["Threads"]),
            memory_kb=int(status["VmRSS"].split()[0]),
            is_idle=server[0].idle_since is not None,
        )

    large: Call = lambda *_: "x" * 300_000  # noqa: E731
    return {
        "echo": _echo,
        "later": _later,
        "never": _never,
        "count": _count,
        "flood": _flood,
        "large": large,
        "state": state,
    }


async def _serve(path: Path) -> None:
    server: list[Server] = []
    server.append(Server(Place(path), _calls(server), limits=Limits(frame_s=2.0, unread_s=2.0)))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server[0].stop)
    await server[0].startup()
    await server[0].serve()
    await server[0].shutdown(0.1)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)  # what is told of bad clients is no error
    asyncio.run(_serve(Path(sys.argv[1])))
