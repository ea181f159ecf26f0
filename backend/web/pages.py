"""The built page and its files; the page itself asks the API for everything else."""

from http import HTTPStatus
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app, send_from_directory
from flask.typing import ResponseReturnValue

from backend.web.errors import ProblemError

blueprint = Blueprint("pages", __name__)
YEAR_S = 365 * 24 * 3600


@blueprint.get("/")
def index() -> ResponseReturnValue:
    if not (_root() / "index.html").is_file():
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "The page is not built; make run builds it.")
    response = send_from_directory(_root(), "index.html")
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
