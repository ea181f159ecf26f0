"""A server that really listens, on threads of the test's own process."""

import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from backend.engine.calls import Call
from backend.engine.server import Server

Start = Callable[..., Server]


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    # Longer than a Unix socket address may be, as the directories of users sometimes are.
    return tmp_path / ("long" * 30) / "engine" / "socket"


@pytest.fixture
def start(socket_path: Path) -> Iterator[Start]:
    started: list[tuple[Server, threading.Thread]] = []

    def start_one(calls: Mapping[str, Call], **options: float) -> Server:
        server = Server(socket_path, calls, **options)  # type: ignore[arg-type]
        server.startup()
        loop = threading.Thread(target=server.main_loop)
        loop.start()
        started.append((server, loop))
        return server

    yield start_one
    for server, loop in started:
        server.stop()
        loop.join()
        server.shutdown()
