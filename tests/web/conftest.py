"""The application with an engine made up for the test."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.config import Config
from backend.engine import EngineError
from backend.engine.client import Stream
from backend.web import create_app

HEADERS = {"X-Requested-With": "tests"}
TOKEN = "tsim_token"


class MadeUpEngine:
    """Answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.sessions: dict[str, str] = {}
        self.answers: dict[str, Callable[[dict[str, Any]], object]] = {
            "health": lambda _: {"status": "ready"},
            "networks": lambda _: {"networks": []},
            "topology": lambda _: {"network": {"name": "small"}, "routers": [{"name": "gw-a"}]},
            "trace": lambda params: {"echo": params},
            "reach": lambda params: {"echo": params},
            "check": lambda params: {"echo": params},
            "submit": lambda params: {"id": "1234", "echo": params},
            "sign_in": self._sign_in,
            "sign_out": self._sign_out,
            "session": self._session,
        }

    def call(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
        self.asked.append((name, params or {}))
        return msgspec.json.encode(self.answers[name](params or {}))

    def stream(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> Stream:
        raise EngineError("unavailable", "the engine is not running")  # streams are tested with a real one

    def fails(self, name: str, error: Exception) -> None:
        def fail(_: dict[str, Any]) -> object:
            raise error

        self.answers[name] = fail

    def _sign_in(self, params: dict[str, Any]) -> object:
        if params["password"] != "right":
            raise EngineError("denied", "The username or the password is wrong.")
        id_ = f"session-{len(self.asked)}"
        self.sessions[id_] = params["username"]
        return {"username": params["username"], "role": "user", "session": id_}

    def _sign_out(self, params: dict[str, Any]) -> object:
        self._session(params)
        del self.sessions[params["session"]]
        return None

    def _session(self, params: dict[str, Any]) -> object:
        if params.get("token") == TOKEN:
            return {"username": "ann", "role": "user"}
        if params.get("session") not in self.sessions:
            raise EngineError("denied", "The session has ended: sign in again.")
        return {"username": self.sessions[params["session"]], "role": "user"}


@pytest.fixture
def engine() -> MadeUpEngine:
    return MadeUpEngine()


@pytest.fixture
def visitor(config: Config, engine: MadeUpEngine) -> FlaskClient:
    """A client without a session."""
    return create_app(config, engine).test_client()


@pytest.fixture
def client(visitor: FlaskClient) -> FlaskClient:
    """A client that has signed in."""
    assert visitor.post("/api/v1/sessions", json={"username": "ann", "password": "right"}).status_code == 201
    return visitor
