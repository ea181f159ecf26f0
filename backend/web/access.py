"""Who asks: the session of a cookie, or a token in `Authorization: Bearer`. Whether it is good, the engine says.

Requests of another site are turned down twice: the cookie is SameSite=Strict, and every unsafe request with a cookie
needs the header `X-Requested-With` (any value), which no form can send and no script of another origin may. What has a
token needs neither, since no browser adds that by itself.
"""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

from flask import request, session

from backend.web import known
from backend.web.errors import ProblemError
from backend.web.known import Who
from backend.web.origins import check_origin

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SIGN_IN_FIRST = "Sign in first: POST /api/v1/sessions with username and password, or send a token."
CSRF_HEADER = "X-Requested-With"
BEARER = "bearer"
SHOWN = "tsim.credentials"


class Access(StrEnum):
    """Who may ask; the engine holds to it."""

    ANYONE = "anyone"
    USER = "user"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a token must be good for."""

    READ = "read"
    TEST = "test"
    ADMIN = "admin"


def check(access: Access) -> None:
    """ProblemError where nobody asks, or perhaps another site."""
    given = credentials()
    if "token" in given:
        return
    if request.method not in SAFE_METHODS:
        check_origin()
    if access is Access.ANYONE:
        return
    if not given:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, SIGN_IN_FIRST)
    if request.method not in SAFE_METHODS and not request.headers.get(CSRF_HEADER):
        raise ProblemError(HTTPStatus.FORBIDDEN, f"The header {CSRF_HEADER} is missing; any value will do.")


def credentials() -> dict[str, str]:
    """As the engine takes them; none: {}. Asked for several times with each request, and looked up once."""
    environ = request.environ
    if SHOWN not in environ:
        environ[SHOWN] = _token(environ.get("HTTP_AUTHORIZATION", "")) or _session()
    found: dict[str, str] = environ[SHOWN]
    return found


def _token(given: str) -> dict[str, str]:
    """Other schemes are those of a proxy in front."""
    scheme, _, token = given.strip().partition(" ")
    return {"token": token.strip()} if scheme.lower() == BEARER else {}


def _session() -> dict[str, str]:
    id_ = session.get("id")
    return {} if id_ is None else {"session": id_}


def signed(**params: Any) -> dict[str, Any]:
    """Parameters of a call that the engine answers only for somebody; the address is for its audit."""
    return {**credentials(), "address": request.remote_addr or "", **params}


def who() -> Who:
    """For what is answered without the engine."""
    return known.who(signed())
