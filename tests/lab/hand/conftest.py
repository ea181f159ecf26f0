"""A lab that stands while the tests of this directory ask it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.lab.hand import client, owner
from backend.lab.hand.owner import Task
from tests.lab.hand.played import NETWORK


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("state") / "lab"
    assert owner.start(Task(place, NETWORK))
    yield place
    client.end(place)
