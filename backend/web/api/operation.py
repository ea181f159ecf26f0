"""Is the process alive, and can it answer: for supervisors and load balancers, without a session."""

from flask.typing import ResponseReturnValue

from backend.web.access import Access
from backend.web.documents import Alive
from backend.web.engine import ask, told
from backend.web.route import Route

ENGINE_S = 2.0


def alive() -> ResponseReturnValue:
    return told({"status": "ok"})


def ready() -> ResponseReturnValue:
    ask("health", deadline_s=ENGINE_S)  # an engine that does not answer is 503 with the reason
    return told({"status": "ready"})


TAG = "operation"
ROUTES = [
    Route("GET", "/healthz", alive, "Is the web alive", TAG, {200: Alive}, Access.ANYONE),
    Route("GET", "/readyz", ready, "Can it answer", TAG, {200: Alive}, Access.ANYONE),
]
