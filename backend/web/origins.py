"""Under which names we may be asked, and by the pages of which other sites.

A page of another site that has its name lead to our address (DNS rebinding) would be of our origin; it cannot choose
what the browser says as Host. Other sites may ask only where they are configured, and only then the browser is told so.
"""

from collections.abc import Iterator
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from backend.config import Config
from backend.web.errors import ProblemError

LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
EVERYWHERE = frozenset(("0.0.0.0", "::"))
ALWAYS = frozenset(("/healthz", "/readyz"))
"""Load balancers ask by address, and learn nothing else."""
PREFLIGHT_S = 600
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SHOWN = "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID, X-Response-Time"
TAKEN = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-ID, X-Requested-With"


class Names:
    """Ours."""

    def __init__(self, config: Config) -> None:
        bound = config.bind.rpartition(":")[0].strip("[]") if not config.bind.startswith("unix:") else ""
        self._known = LOOPBACK | {name.strip("[]").lower() for name in config.hosts or (bound,)}
        self._takes_addresses = not config.hosts and bound in EVERYWHERE
        self._is_one = lru_cache(256)(self._is_name)

    def __contains__(self, host: str) -> bool:
        return self._is_one(host)

    def _is_name(self, host: str) -> bool:
        name = _name_of(host)
        return name in self._known or (self._takes_addresses and _is_address(name))


def register(app: Flask, config: Config) -> None:
    app.extensions["tsim_names"] = Names(config)
    app.extensions["tsim_origins"] = frozenset(origin.lower() for origin in config.origins)
    names = app.extensions["tsim_names"]

    @app.before_request
    def _begin() -> ResponseReturnValue | None:
        environ = request.environ
        if environ.get("HTTP_HOST", "") not in names:
            check_host()
        return preflight() if environ["REQUEST_METHOD"] == "OPTIONS" else None

    if config.origins:
        app.after_request(_tell)


def check_host() -> None:
    """Before anything is done: RFC 9110, 15.5.20."""
    given = request.environ.get("HTTP_HOST", "")
    if given not in current_app.extensions["tsim_names"] and request.path not in ALWAYS:
        text = f"This is not {given[:100]!r}; TSIM_HOSTS says under which names it is asked."
        raise ProblemError(HTTPStatus.MISDIRECTED_REQUEST, text)


def check_origin() -> None:
    """Browsers send Origin with every unsafe request (Fetch standard, 3.2); other clients need not."""
    origin = request.headers.get("Origin")
    if origin is not None and not (_is_own(origin) or is_known(origin)):
        raise ProblemError(HTTPStatus.FORBIDDEN, f"Requests from {origin[:100]} are not taken here.")


def is_known(origin: str) -> bool:
    """Of another site that may ask."""
    return origin.lower() in current_app.extensions["tsim_origins"]


def _is_own(origin: str) -> bool:
    """A page that came without TLS may be anybody's; one that came with it is ours, also when a proxy hides that."""
    try:
        parts = urlsplit(origin)
    except ValueError:  # "http://[::1" and the like
        return False
    return parts.netloc.lower() == request.host.lower() and parts.scheme in (request.scheme, "https")


def preflight() -> Response | None:
    """What a browser is told that asks before a page of another site does (Fetch standard, 3.2.2)."""
    is_one = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if is_one and is_known(request.headers.get("Origin", "")):
        headers = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": TAKEN,
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        }
        return Response(status=HTTPStatus.NO_CONTENT, headers=headers)
    return None


def told(app: Flask, origin: str) -> Iterator[tuple[str, str]]:
    """What the browser is told of an answer, where there are other sites at all."""
    known = app.extensions["tsim_origins"]
    if known:
        yield "Vary", "Origin"
    if origin.lower() in known:
        yield "Access-Control-Allow-Origin", origin
        yield "Access-Control-Allow-Credentials", "true"
        yield "Access-Control-Expose-Headers", SHOWN


def _tell(response: Response) -> Response:
    for name, value in told(current_app, request.environ.get("HTTP_ORIGIN", "")):
        response.headers.add(name, value)
    return response


def _name_of(host: str) -> str:
    """Without the port."""
    name = host[: host.index("]")] if host.startswith("[") and "]" in host else host.partition(":")[0]
    return name.strip("[").lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
