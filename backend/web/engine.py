"""The engine of the app that serves this request."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol, TypeVar, cast

import msgspec
from flask import Response, current_app

from backend.engine.client import Stream

T = TypeVar("T")
JSON = "application/json"


class Engine(Protocol):
    """What the web needs of the engine: the result of a call as JSON, or an EngineError."""

    def call(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes: ...

    def stream(self, name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> Stream: ...


def ask(name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
    return cast(Engine, current_app.extensions["tsim_engine"]).call(name, params, deadline_s)


def asked(kind: type[T], name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> T:
    """What of the answer is needed here."""
    return msgspec.json.decode(ask(name, params, deadline_s), type=kind)


def answer(name: str, params: dict[str, Any] | None = None, deadline_s: float | None = None) -> Response:
    """The engine's answer passed on as it came: it is JSON already."""
    return Response(ask(name, params, deadline_s), mimetype=JSON)


def told(value: object, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), status, dict(headers or {}), mimetype=JSON)


def done(name: str, params: dict[str, Any] | None = None) -> Response:
    """Where there is nothing to say about it."""
    ask(name, params)
    return Response(status=HTTPStatus.NO_CONTENT)
