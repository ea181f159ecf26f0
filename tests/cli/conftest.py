"""A lab for the commands that play in one, and a place where there is none."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from backend.lab.error import LabError
from backend.lab.hand import client, owner
from backend.lab.hand.owner import Task
from tests.lab.hand.played import NETWORK


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state of a lab that is up."""
    state = tmp_path_factory.mktemp("state")
    assert owner.start(Task(state / "lab", NETWORK))
    yield state
    client.end(state / "lab")


@pytest.fixture
def up(standing: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSIM_STATE", str(standing))
    return standing


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state where no lab is up yet."""
    monkeypatch.setenv("TSIM_STATE", str(tmp_path))
    yield tmp_path
    with suppress(LabError):
        client.end(tmp_path / "lab")
