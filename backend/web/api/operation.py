"""Is the process alive, can it answer, what is wrong, and figures: for supervisors, load balancers and Prometheus."""

from http import HTTPStatus

from flask import Response, current_app
from flask.typing import ResponseReturnValue

from backend.web import health, metrics
from backend.web.access import Access
from backend.web.documents import Alive, Checked
from backend.web.engine import ask, told
from backend.web.errors import ProblemError
from backend.web.route import Media, Route


def alive() -> ResponseReturnValue:
    return told({"status": "ok"})


def ready() -> ResponseReturnValue:
    ask("health", deadline_s=health.ENGINE_S)  # an engine that does not answer is 503 with the reason
    return told({"status": "ready"})


def checked() -> ResponseReturnValue:
    is_well, document = health.document(current_app.extensions["tsim_config"])
    return told(document, HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)


def figures() -> ResponseReturnValue:
    if not health.is_trusted():
        text = "Figures are for this machine, or for who has the token of TSIM_METRICS_TOKEN."
        raise ProblemError(HTTPStatus.FORBIDDEN, text)
    return Response(current_app.extensions["tsim_metrics"].text(), content_type=metrics.TYPE)


TAG = "operation"
ROUTES = [
    Route("GET", "/healthz", alive, "Is the web alive", TAG, {200: Alive}, Access.ANYONE),
    Route("GET", "/readyz", ready, "Can it answer", TAG, {200: Alive}, Access.ANYONE),
    Route("GET", "/health", checked, "Is all well", TAG, {200: Checked, 503: Checked}, Access.ANYONE, is_told=False),
    Route(
        "GET", "/metrics", figures, "Figures for Prometheus", TAG, {200: Media("text/plain")}, Access.ANYONE,
        is_told=False,
    ),
]  # fmt: skip
