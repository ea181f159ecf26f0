"""One table from errors to RFC 9457 problems. No traceback and no internal text reaches a user."""

import logging
from http import HTTPStatus
from math import ceil

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web.request import request_id

log = logging.getLogger(__name__)

STATUS_OF_CODE = {
    Code.BAD_VALUE: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.DENIED: HTTPStatus.UNAUTHORIZED,
    Code.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.TIMEOUT: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.ENDING: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S = 2
PROBLEM = "application/problem+json"


class ProblemError(Exception):
    """A request that the web itself turns down."""

    def __init__(
        self, status: HTTPStatus, detail: str, field: str | None = None, retry_after_s: float = RETRY_AFTER_S
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field
        self.retry_after_s = retry_after_s


def problem(
    status: HTTPStatus, detail: str, field: str | None = None, retry_after_s: float = RETRY_AFTER_S
) -> Response:
    document: dict[str, object] = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    if field is not None:
        document["field"] = field
    document["request_id"] = request_id()
    response = Response(msgspec.json.encode(document), status, mimetype=PROBLEM)
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        response.headers["Retry-After"] = str(max(ceil(retry_after_s), 1))
    elif status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="tsim"'  # RFC 9110, 15.5.2: there must be one
    return response


def register(app: Flask) -> None:
    app.register_error_handler(ProblemError, _of_problem)
    app.register_error_handler(EngineError, _of_engine)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _of_bug)


def _of_problem(error: ProblemError) -> Response:
    return problem(error.status, error.detail, error.field, error.retry_after_s)


def _of_engine(error: EngineError) -> Response:
    status = STATUS_OF_CODE.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        place = f"{request.method} {request.path} (request {request_id()})"
        log.error("%s: engine: %s: %s", place, error.code, error.message)
        return problem(status, "The engine could not answer; its log says why.")
    if error.retry_after_s is None:
        return problem(status, error.message, error.field)
    if error.code == Code.BUSY:  # with this one, and not with everybody
        status = HTTPStatus.TOO_MANY_REQUESTS
    return problem(status, error.message, error.field, error.retry_after_s)


def _of_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return Response(status=error.code, headers=dict(error.get_headers()))
    status = HTTPStatus(error.code)
    detail = f"There is nothing at {request.path}." if status == HTTPStatus.NOT_FOUND else error.description or ""
    response = problem(status, detail)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = dict(error.get_headers()).get("Allow", "")
    elif status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        response.headers["Content-Range"] = dict(error.get_headers()).get("Content-Range", "bytes */*")
    return response


def _of_bug(error: Exception) -> Response:
    """The edge of a request: what nobody foresaw is logged with its traceback, and the user gets none of it."""
    log.error("%s %s failed (request %s)", request.method, request.path, request_id(), exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "The request failed; the log of the web says why.")
