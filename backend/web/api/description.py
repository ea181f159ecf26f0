"""The API about itself: OpenAPI 3.1, and the same as a page."""

from functools import cache

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue

from backend.web import reference
from backend.web.access import Access
from backend.web.engine import JSON
from backend.web.openapi import description
from backend.web.route import Media, Route

HOUR = "private, max-age=3600"


@cache
def _description() -> bytes:
    from backend.web.surface import routes  # which names this one

    return msgspec.json.encode(description(routes()))


@cache
def _page() -> str:
    return reference.page(msgspec.json.decode(_description()))


def openapi() -> ResponseReturnValue:
    return Response(_description(), mimetype=JSON)


def docs() -> ResponseReturnValue:
    return Response(_page(), mimetype="text/html")


def docs_style() -> ResponseReturnValue:
    return Response(reference.style(), headers={"Cache-Control": HOUR}, mimetype="text/css")


TAG = "description"
ROUTES = [
    Route(
        "GET", "/api/v1/openapi.json", openapi, "This description", TAG, {200: Media(JSON)}, Access.ANYONE,
        is_told=False,
    ),
    Route("GET", "/api/docs", docs, "The same to read", TAG, {200: Media("text/html")}, Access.ANYONE, is_told=False),
    Route("GET", "/api/docs.css", docs_style, "Its style", TAG, {200: Media("text/css")}, Access.ANYONE, is_told=False),
]  # fmt: skip
