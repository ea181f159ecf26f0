"""Who may open a socket: a request that begins one is answered like any other where nobody asks, or too many do."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import msgspec
from flask import Flask, Response, request
from msgspec import Struct

from backend.engine import EngineError
from backend.web import access, nonsense, origins, rates
from backend.web.engine import ask
from backend.web.errors import ProblemError
from backend.web.headers import more
from backend.web.sockets import KEY, UPGRADED, Identity, Sockets

PATH = "/socket.io"
BELIEVED_S = 300.0
"""A session that says no time of its end is asked for so often."""
MARGIN_S = 1.0
LOST_UPGRADE = "This is no WebSocket: a proxy on the way has not passed Upgrade and Connection on."
EXTENSIONS = "HTTP_SEC_WEBSOCKET_EXTENSIONS"
"""Compression, which browsers offer: what is told is small, and each socket would have a dictionary of its own."""
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class Session(Struct, frozen=True):
    username: str
    role: str
    expires: datetime | None = None


class Limits(Struct, frozen=True):
    sockets: int
    """Of everybody."""
    user_sockets: int


class Door:
    """In front of Socket.IO. `began` is called for each one that is let in."""

    def __init__(
        self, app: Flask, beside: Application, sockets: Sockets, limits: Limits, began: Callable[[], None]
    ) -> None:
        """`beside` answers all else: Engine.IO would make a class for each request that it passes on."""
        self._app = app
        self._inside: Application = app.wsgi_app
        self._beside = beside
        self._sockets = sockets
        self._limits = limits
        self._began = began
        self._open: Counter[str] = Counter()
        """By user, at least as many as there are."""

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PATH):
            return self._beside(environ, start_response)
        if is_upgrade := environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            environ[UPGRADED] = environ.get("gunicorn.socket")
            environ["wsgi.errors"] = nonsense.errors
        known = parse_qs(environ.get("QUERY_STRING", "")).get("sid", [""])[0]
        if (answer := self._answer(environ, is_upgrade, known)) is not None:
            return answer(environ, start_response)
        if known and is_upgrade:
            self._sockets.upgraded(known, environ[UPGRADED])
        elif not known:
            self._began()
        environ.pop(EXTENSIONS, None)
        more(environ).extend(origins.told(self._app, environ.get("HTTP_ORIGIN", "")))
        return self._inside(environ, start_response)

    def _answer(self, environ: Environ, is_upgrade: bool, known: str) -> Response | None:
        """None: it is let in."""
        with self._app.request_context(environ):
            if (preflight := origins.preflight()) is not None:
                return self._app.finalize_request(preflight)
            try:
                if known and request.method != "OPTIONS":
                    self._check_owner(known)
                    return None
                if not is_upgrade and request.args.get("transport") == "websocket":
                    raise ProblemError(HTTPStatus.BAD_REQUEST, LOST_UPGRADE)
                environ[KEY] = self._let_in()
            except (ProblemError, EngineError) as error:
                problem = self._app.handle_user_exception(error)
                return self._app.finalize_request(problem, from_error_handler=True)
        return None

    def _check_owner(self, id_: str) -> None:
        """Who knows its id, which stands in logs of proxies, is not yet the one whose socket it is."""
        identity = self._sockets.identity(id_)
        if identity is not None and access.credentials() != identity.params:
            raise ProblemError(HTTPStatus.FORBIDDEN, "This socket belongs to another session.")

    def _let_in(self) -> Identity:
        origins.check_host()
        origins.check_origin()
        rates.check("sockets")
        credentials = access.credentials()
        if not credentials:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, access.SIGN_IN_FIRST)
        if self._sockets.count >= self._limits.sockets:
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many sockets are open here.")
        identity = identified(credentials)
        name = identity.username
        if self._open[name] >= self._limits.user_sockets:
            self._open = Counter(one.username for one in self._sockets.open().values())
        if self._open[name] >= self._limits.user_sockets:
            limit = self._limits.user_sockets
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, f"{name} has {limit} sockets open, and that is the limit.")
        self._open[name] += 1
        return identity


def identified(credentials: dict[str, str]) -> Identity:
    """EngineError where it is nobody any more."""
    session = msgspec.json.decode(ask("session", dict(credentials)), type=Session)
    left_s = BELIEVED_S
    if session.expires is not None:
        left_s = max((session.expires - datetime.now(UTC)).total_seconds(), 0.0) + MARGIN_S
    return Identity(tuple(credentials.items()), session.username, session.role, monotonic() + left_s)
