"""Traces: asked and answered in one request."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from backend.web.body import json_object
from backend.web.engine import answer
from backend.web.sessions import needs_session, of_session

blueprint = Blueprint("traces", __name__, url_prefix="/api/v1")


@blueprint.post("/traces")
@needs_session
def trace() -> ResponseReturnValue:
    return answer("trace", of_session(question=json_object()))
