"""Signing in and out. The session is a signed cookie; whether a password is right is for the engine to say.

Requests of another site are turned down twice: the cookie is SameSite=Strict, and every unsafe request with a session
needs the header `X-Requested-With` (any value), which no form can send and no script of another origin may.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Response, jsonify, request, session
from flask.typing import ResponseReturnValue

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web.body import json_object, text_field
from backend.web.engine import ask
from backend.web.errors import ProblemError

blueprint = Blueprint("sessions", __name__, url_prefix="/api/v1")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SIGN_IN_S = 15.0
SIGN_IN_FIRST = "Sign in first: POST /api/v1/sessions with username and password."
P = ParamSpec("P")


def needs_session(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if "username" not in session:
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
            session.clear()
        raise
    session.clear()
    session.permanent = True
    session.update(username=user["username"], role=user["role"])
    return jsonify(user), HTTPStatus.CREATED


@blueprint.delete("/sessions/current")
@needs_session
def sign_out() -> ResponseReturnValue:
    session.clear()
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.get("/me")
@needs_session
def me() -> ResponseReturnValue:
    return jsonify(username=session["username"], role=session["role"])


def _check_origin() -> None:
    """Browsers send Origin with every unsafe request (Fetch standard, 3.2); other clients need not."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ProblemError(HTTPStatus.FORBIDDEN, f"Requests from {origin[:100]} are not taken here.")
