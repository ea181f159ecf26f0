"""Is the process alive, and can it answer: for supervisors and load balancers, without a session."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from backend.web.engine import ask

blueprint = Blueprint("health", __name__)
ENGINE_S = 2.0


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    ask("health", deadline_s=ENGINE_S)  # an engine that does not answer is 503 with the reason
    return jsonify(status="ready")
