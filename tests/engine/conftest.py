"""A server that really listens, on a loop in a thread of the test's own process; and one real engine for many tests."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from backend.config import Config
from backend.engine.calling import Call
from backend.engine.limits import Limits
from backend.engine.place import Place
from backend.engine.server import GRACE_S, Server
from tests.engine.desk import Desk
from tests.engine.process import engine
from tests.engine.served import Served
from tests.small import write_small_network


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


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One test at a time, so that those after it wait."""
    place = tmp_path_factory.mktemp("desk")
    config = Config(facts=write_small_network(place / "small"), state=place / "state", jobs_at_once=1, max_services=3)
    with engine(config, place / "log") as running:
        yield Desk(running)
