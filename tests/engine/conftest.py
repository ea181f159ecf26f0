"""A server that really listens, on a loop in a thread of the test's own process."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from backend.engine.calling import Call
from backend.engine.door.limits import Limits
from backend.engine.door.place import Place
from backend.engine.door.server import GRACE_S, Server
from tests.engine.served import Served


class Start:
    """Starts servers and ends them with the test."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._started: list[Served] = []

    def __call__(self, calls: Mapping[str, Call], *, grace_s: float = GRACE_S, **limits: Any) -> Served:
        one = Served(lambda: Server(Place(self._path), calls, limits=Limits(**limits)), grace_s)
        self._started.append(one)
        return one

    def end(self) -> None:
        for one in self._started:
            one.end()


@pytest.fixture
def socket_path(tmp_path: Path) -> Path:
    # Longer than a Unix socket address may be, as the directories of users sometimes are.
    return tmp_path / ("long" * 30) / "engine" / "socket"


@pytest.fixture
def start(socket_path: Path) -> Iterator[Start]:
    starting = Start(socket_path)
    yield starting
    starting.end()
