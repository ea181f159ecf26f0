"""Each request has an id, which its answer, its errors and the log name, and the time that it took."""

import logging
import re
from random import Random, SystemRandom
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from backend import logs
from backend.web.headers import more

log = logging.getLogger(__name__)
HEADER = "X-Request-ID"
ID = "tsim.request"
BEGAN = "tsim.began"
GIVEN = re.compile(r"[A-Za-z0-9._:/+=@-]{1,64}")
"""What somebody in front may call it: nothing that could be another line of a log."""
SLOW_S = 1.0
numbers = Random(SystemRandom().getrandbits(256))  # ids have to differ, not to be secret


def register(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)
    if _about not in logs.about:
        logs.about.append(_about)


def request_id() -> str:
    """Also of what failed before it began."""
    environ = request.environ
    if (found := environ.get(ID)) is None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        found = environ[ID] = given if GIVEN.fullmatch(given) else f"{numbers.getrandbits(64):016x}"
    return str(found)


def took_s(environ: dict[str, Any]) -> float:
    """Until now."""
    now_s = perf_counter()
    return now_s - float(environ.get(BEGAN, now_s))


def _begin() -> None:
    request.environ[BEGAN] = perf_counter()


def _end(response: Response) -> Response:
    environ, id_ = request.environ, request_id()
    time_s = took_s(environ)
    more(environ).extend(((HEADER, id_), ("X-Response-Time", f"{time_s * 1000:.2f}ms")))
    if time_s > SLOW_S:
        log.warning("%s %s took %.3f s (request %s)", request.method, request.path, time_s, id_)
    elif log.isEnabledFor(logging.INFO):
        log.info("%s %s: %d in %.1f ms", request.method, request.path, response.status_code, time_s * 1000)
    return response


def _about() -> dict[str, str]:
    """What a line of the log is about, where it is about a request."""
    if not has_request_context():
        return {}
    job = (request.view_args or {}).get("job")
    found = {"request": request_id(), "user": g.get("user"), "job": job}
    return {name: value for name, value in found.items() if value}
