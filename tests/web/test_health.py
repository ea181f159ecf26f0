import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.config import Config
from backend.engine import EngineError
from backend.web import create_app
from tests.web.conftest import MadeUpEngine

WELL = {"status": "ready", "checks": {"store": "ok", "network": "ok", "auth": "ok"}}
STRANGER = {"REMOTE_ADDR": "192.0.2.1"}


@pytest.fixture
def here(config: Config, engine: MadeUpEngine) -> FlaskClient:
    config.state.mkdir()
    engine.answers["health"] = lambda _: WELL
    return create_app(msgspec.structs.replace(config, metrics_token="a token of sixteen"), engine).test_client()


@pytest.fixture
def small_disk(config: Config) -> Iterator[Path]:
    """A state directory on a disk of its own, of 1 MB."""
    config.state.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", config.state], check=True)
    yield config.state
    subprocess.run(["umount", config.state], check=True)


def test_when_all_is_well_each_check_says_so(here: FlaskClient) -> None:
    answer = here.get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "ok")
    names = {"engine", "store", "network", "auth", "modules", "page", "disk", "memory"}
    assert answer.get_json()["checks"] == dict.fromkeys(names, "ok")


@pytest.mark.parametrize("name", ["store", "auth"])
def test_what_the_engine_finds_wrong_is_told(here: FlaskClient, engine: MadeUpEngine, name: str) -> None:
    engine.answers["health"] = lambda _: {"status": "degraded", "checks": {**WELL["checks"], name: "its disk is full"}}  # type: ignore[dict-item]
    answer = here.get("/health")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "failed")
    assert answer.get_json()["checks"][name] == "its disk is full"
    assert here.get("/readyz").status_code == 200


def test_without_an_engine_that_is_what_is_wrong(here: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("health", EngineError("unavailable", "the engine is not running"))
    answer = here.get("/health")
    assert (answer.status_code, answer.get_json()["checks"]["engine"]) == (503, "the engine is not running")


@pytest.mark.root
def test_a_disk_that_is_nearly_full_is_told(here: FlaskClient, small_disk: Path) -> None:
    answer = here.get("/health")
    assert answer.status_code == 503
    assert str(small_disk) in answer.get_json()["checks"]["disk"]


def test_a_page_that_is_gone_is_told(here: FlaskClient, config: Config) -> None:
    os.remove(config.page / "index.html")
    assert str(config.page) in here.get("/health").get_json()["checks"]["page"]


def test_strangers_are_told_what_is_wrong_but_not_where(here: FlaskClient, config: Config) -> None:
    os.remove(config.page / "index.html")
    answer = here.get("/health", environ_base=STRANGER)
    assert (answer.status_code, answer.get_json()["checks"]["page"]) == (503, "failed")
    passed_on = here.get("/health", headers={"X-Forwarded-For": "192.0.2.1"})
    assert passed_on.get_json()["checks"]["page"] == "failed"
    token = {"Authorization": "Bearer a token of sixteen"}
    assert str(config.page) in here.get("/health", headers=token, environ_base=STRANGER).get_json()["checks"]["page"]
