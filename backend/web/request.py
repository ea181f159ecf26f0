"""Each request has an id, which its answer, its errors and the log name, and the time that it took."""

import logging
import re
import secrets
from time import perf_counter

from flask import Flask, Response, g, has_request_context, request

from backend import logs

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9._:/+=@-]{1,64}")
"""What somebody in front may call it: nothing that could be another line of a log."""
SLOW_S = 1.0


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    if _about not in logs.about:
        logs.about.append(_about)


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
    else:
        log.info("%s %s: %d in %.1f ms", request.method, request.path, response.status_code, took_s * 1000)
    return response


def _about() -> dict[str, str]:
    """What a line of the log is about, where it is about a request."""
    if not has_request_context():
        return {}
    job = (request.view_args or {}).get("job")
    found = {"request": request_id(), "user": g.get("user"), "job": job}
    return {name: value for name, value in found.items() if value}
