"""Signing in and out. The cookie holds the signed id of a session; whose it is, and whether a password is right, is for
the engine to say. Signing out ends the session there, so that a copy of the cookie is worth nothing.

Requests of another site are turned down twice: the cookie is SameSite=Strict, and every unsafe request with a session
needs the header `X-Requested-With` (any value), which no form can send and no script of another origin may.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Response, jsonify, request, session
from flask.typing import ResponseReturnValue

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web.body import json_object, text_field
from backend.web.engine import answer, ask
from backend.web.errors import ProblemError

blueprint = Blueprint("sessions", __name__, url_prefix="/api/v1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SIGN_IN_S = 15.0
SIGN_IN_FIRST = "Sign in first: POST /api/v1/sessions with username and password."
NOBODY = {"username": None, "role": None}
P = ParamSpec("P")


def needs_session(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if "id" not in session:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST)
        if request.method not in SAFE_METHODS:
            _check_origin()
            if not request.headers.get("X-Requested-With"):
                raise ProblemError(HTTPStatus.FORBIDDEN, "The header X-Requested-With is missing.")
        return view(*args, **kwargs)

    return guarded


@blueprint.post("/sessions")
def sign_in() -> ResponseReturnValue:
    _check_origin()
    body = json_object()
    params = {"username": text_field(body, "username"), "password": text_field(body, "password")}
    try:
        user = msgspec.json.decode(ask("sign_in", params, SIGN_IN_S))
    except EngineError as error:
        if error.code == Code.DENIED:
            _end()
        raise
    _end()
    session.permanent = True
    session["id"] = user.pop("session")
    return jsonify(user), HTTPStatus.CREATED


@blueprint.delete("/sessions/current")
@needs_session
def sign_out() -> ResponseReturnValue:
    _end()
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.get("/sessions/current")
def current() -> ResponseReturnValue:
    """For a page that begins: nobody having signed in is an answer to this question, and no error."""
    try:
        return answer("session", of_session()) if "id" in session else jsonify(NOBODY)
    except EngineError as error:
        if error.code != Code.DENIED:
            raise
        session.clear()
        return jsonify(NOBODY)


@blueprint.get("/me")
@needs_session
def me() -> ResponseReturnValue:
    return answer("session", of_session())


def of_session(**params: Any) -> dict[str, Any]:
    """Parameters of a call that the engine answers only for a session."""
    return {"session": session["id"], **params}


def _end() -> None:
    """The session of this cookie, if it has one that still lives."""
    if "id" in session:
        try:
            ask("sign_out", of_session())
        except EngineError as error:
            if error.code != Code.DENIED:
                raise
    session.clear()


def _check_origin() -> None:
    """Browsers send Origin with every unsafe request (Fetch standard, 3.2); other clients need not."""
    origin = request.headers.get("Origin")
    if origin is not None and _host_of(origin) != request.host:
        raise ProblemError(HTTPStatus.FORBIDDEN, f"Requests from {origin[:100]} are not taken here.")


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # "http://[::1" and the like
        return None
