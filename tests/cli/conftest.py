"""An engine and a lab for the commands that ask one, and a place where there is none."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from backend.cli.command import Shell
from backend.config import Config
from backend.lab.error import LabError
from backend.lab.hand import client, owner
from backend.lab.hand.owner import Task
from tests.cli.asked import APART
from tests.cli.playing import engine_shell
from tests.cli.who.elsewhere import Site
from tests.cli.who.elsewhere import site as running_site
from tests.engine.process import EngineProcess
from tests.engine.process import engine as running_engine
from tests.lab.hand.played import NETWORK


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state of a lab that is up."""
    state = tmp_path_factory.mktemp("state")
    assert owner.start(Task(state / "lab", NETWORK))
    yield state
    client.end(state / "lab")


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    """With the demo network, for all tests that need not have one of their own."""
    folder = tmp_path_factory.mktemp("engine")
    with running_engine(Config(state=folder / "state"), folder / "log") as running:
        yield running


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture
def by_engine(engine: EngineProcess) -> Shell:
    return engine_shell(engine.config)


@pytest.fixture
def up(standing: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSIM_STATE", str(standing))
    monkeypatch.setenv("TSIM_FACTS", APART["TSIM_FACTS"])
    return standing


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state where no lab is up yet."""
    monkeypatch.setenv("TSIM_STATE", str(tmp_path))
    monkeypatch.setenv("TSIM_FACTS", APART["TSIM_FACTS"])
    yield tmp_path
    with suppress(LabError):
        client.end(tmp_path / "lab")
