"""The engine of the app that serves this request."""

from typing import Any, Protocol, cast

from flask import Response, current_app


class Engine(Protocol):
    """What the web needs of the engine: the result of a call as JSON, or an EngineError."""

    def call(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes: ...


def ask(name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
    return cast(Engine, current_app.extensions["tsim_engine"]).call(name, params, deadline_s)


def answer(name: str, params: dict[str, Any] | None = None) -> Response:
    """The engine's answer passed on as it came: it is JSON already."""
    return Response(ask(name, params), mimetype="application/json")
