"""The JSON object in the body of a request."""

from http import HTTPStatus
from typing import Any

import msgspec
from flask import request

from backend.web.errors import ProblemError


def json_object() -> dict[str, Any]:
    """Only a body that says it is JSON: an HTML form of another site cannot send that without being asked first."""
    if request.mimetype != "application/json":
        given = request.mimetype or "none"
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"The body should be application/json, its content type is {given}."
        )
    try:
        value = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "The body should be a JSON object.")
    return value


def text_field(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str) or not value:
        shown = "is missing" if value is None else f"is {msgspec.json.encode(value).decode()[:80]}"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{field} {shown}; it should be text.", field)
    return value
