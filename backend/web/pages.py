"""The built page and its files; the page itself asks the API for everything else."""

from http import HTTPStatus
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, request, send_from_directory
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from backend.web.errors import ProblemError, problem

blueprint = Blueprint("pages", __name__)
YEAR_S = 365 * 24 * 3600


ADDRESSES = (
    "/", "/jobs", "/jobs/<_>", "/compare", "/network", "/network/routers/<_>", "/facts", "/trace", "/admin",
    "/admin/<_>", "/account", "/help",
)  # fmt: skip
"""Those of the application, which looks at the address itself (frontend/src/state/route.ts)."""


def index(_: str = "") -> ResponseReturnValue:
    response = _page()
    response.add_etag()
    response.make_conditional(request)
    return response


for _address in ADDRESSES:
    blueprint.add_url_rule(_address, view_func=index)


@blueprint.app_errorhandler(HTTPStatus.NOT_FOUND)
def nothing(_: NotFound) -> ResponseReturnValue:
    """People get the page, which says so with a way on; all others a problem."""
    if "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/api/"):
        return _page(), HTTPStatus.NOT_FOUND
    return problem(HTTPStatus.NOT_FOUND, f"There is nothing at {request.path}.")


def _page() -> Response:
    """Its files are named by how far they are from the address, since nobody need know below which path we are."""
    try:
        text = (_root() / "index.html").read_text("utf-8")
    except FileNotFoundError:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "The page is not built; make run builds it.") from None
    up = "../" * (request.path.count("/") - 1)
    response = Response(text.replace('"./', f'"{up or "./"}'), mimetype="text/html")
    response.headers["Cache-Control"] = "no-cache"  # it names the files below, so it is asked for every time
    return response


@blueprint.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """The build puts a hash of the content into these names, so they may be kept for good."""
    response = send_from_directory(_root() / "assets", name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response


@blueprint.get("/<name>")
def file(name: str) -> Response:
    """Icons and the like, which stand beside the page."""
    return send_from_directory(_root(), name, max_age=3600)


def _root() -> Path:
    return cast(Path, current_app.extensions["tsim_page"])
