"""Questions that are answered at once, by prediction."""

from flask.typing import ResponseReturnValue

from backend.web.access import signed
from backend.web.engine import answer
from backend.web.questions import OfNetwork, ReachQuestion, TraceQuestion, said
from backend.web.route import Route, Schema


def trace(body: TraceQuestion, query: OfNetwork) -> ResponseReturnValue:
    return answer("trace", signed(question=said(body), network=query.network))


def reach(body: ReachQuestion, query: OfNetwork) -> ResponseReturnValue:
    return answer("reach", signed(question=said(body), network=query.network))


TAG = "predictions"
ROUTES = [
    Route(
        "POST", "/api/v1/traces", trace, "The way of a flow", TAG, {200: Schema("trace")},
        body=TraceQuestion, query=OfNetwork,
    ),
    Route(
        "POST", "/api/v1/reach", reach, "Which services are reached, and what decides", TAG, {200: Schema("answer")},
        body=ReachQuestion, query=OfNetwork,
    ),
]  # fmt: skip
