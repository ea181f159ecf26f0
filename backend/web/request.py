"""Each request has an id, which its answer, its errors and the log name, and the time that it took."""

import logging
import re
import secrets
from time import perf_counter

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9._:/+=@-]{1,64}")
"""What somebody in front may call it: nothing that could be another line of a log."""
SLOW_S = 1.0


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Also of what failed before it began."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    return str(g.request_id)


def _begin() -> None:
    g.began_s = perf_counter()


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    took_s = perf_counter() - g.get("began_s", perf_counter())
    response.headers["X-Response-Time"] = f"{took_s * 1000:.2f}ms"
    if took_s > SLOW_S:
        log.warning("%s %s took %.3f s (request %s)", request.method, request.path, took_s, request_id())
    return response
