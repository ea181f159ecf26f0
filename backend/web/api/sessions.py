"""Signing in and out. The cookie holds the signed id of a session; whose it is, and whether a password is right, is for
the engine to say. Signing out ends the session there, so that a copy of the cookie is worth nothing.
"""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from flask import Response, request, session
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web import known
from backend.web.access import Access, Scope, signed
from backend.web.documents import Ended, Me, Nobody, SessionList
from backend.web.engine import answer, ask, done, told
from backend.web.route import Empty, Route

SIGN_IN_S = 15.0
AGENT_LIMIT = 200
NOBODY = {"username": None, "role": None}
Word = Annotated[str, Meta(min_length=1)]


class SignIn(Struct, forbid_unknown_fields=True):
    username: Word
    password: Word


class OfUser(Struct, forbid_unknown_fields=True):
    user: str | UnsetType = UNSET
    """Others than oneself only for an administrator."""


class Listed(OfUser, forbid_unknown_fields=True, kw_only=True):
    all: bool = False
    """Of everybody, up to 1,000, last used first; only for an administrator."""


def sign_in(body: SignIn) -> ResponseReturnValue:
    return told(begin(body), HTTPStatus.CREATED)


def begin(given: SignIn) -> dict[str, Any]:
    """A session of the one whose password this is; the one before it is over in any case."""
    agent = (request.user_agent.string or "")[:AGENT_LIMIT]
    params = msgspec.structs.asdict(given) | {"address": request.remote_addr or "", "agent": agent}
    try:
        user: dict[str, Any] = msgspec.json.decode(ask("sign_in", params, SIGN_IN_S))
    except EngineError as error:
        if error.code == Code.DENIED:
            end()
        raise
    end()
    session.permanent = True
    session["id"] = user.pop("session")
    return user


def end() -> None:
    """The session of this cookie, if it has one that still lives."""
    if "id" in session:
        try:
            ask("sign_out", {"session": session["id"]})
        except EngineError as error:
            if error.code != Code.DENIED:
                raise
    session.clear()


def leave() -> None:
    """A token is only checked: it is removed elsewhere."""
    if "token" in signed():
        ask("sign_out", signed())
    end()


def sign_out() -> ResponseReturnValue:
    leave()
    return Response(status=HTTPStatus.NO_CONTENT)


def current() -> ResponseReturnValue:
    """For a page that begins: nobody having signed in is an answer to this question, and no error."""
    params = signed()
    try:
        return known.answer(params) if {"token", "session"} & params.keys() else told(NOBODY)
    except EngineError as error:
        if error.code != Code.DENIED:
            raise
        session.clear()
        return told(NOBODY)


def sessions(query: Listed) -> ResponseReturnValue:
    return answer("sessions", _whose(query))


def end_all(query: OfUser) -> ResponseReturnValue:
    return answer("end_sessions", _whose(query))


def end_one(session: str, query: OfUser) -> ResponseReturnValue:
    return done("end_session", _whose(query, id=session))


def _whose(query: OfUser, **params: str) -> dict[str, Any]:
    return signed(**params, **msgspec.to_builtins(query))


PATH, TAG = "/api/v1/sessions", "sessions"
ROUTES = [
    Route("POST", PATH, sign_in, "Sign in", TAG, {201: Me}, Access.ANYONE, body=SignIn),
    Route("GET", PATH, sessions, "Where one has signed in", TAG, {200: SessionList}, query=Listed),
    Route("DELETE", PATH, end_all, "End all sessions but this one", TAG, {200: Ended}, scope=Scope.ADMIN, query=OfUser),
    Route("GET", f"{PATH}/current", current, "Who has signed in, if anybody", TAG, {200: Me | Nobody}, Access.ANYONE),
    Route("DELETE", f"{PATH}/current", sign_out, "Sign out", TAG, {204: Empty()}),
    Route(
        "DELETE", f"{PATH}/{{session}}", end_one, "End a session", TAG, {204: Empty()}, scope=Scope.ADMIN, query=OfUser
    ),
]
