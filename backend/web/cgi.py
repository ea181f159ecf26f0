"""The addresses of the CGI scripts of before lead to what does their work now."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request

from backend.web.access import SAFE_METHODS
from backend.web.errors import ProblemError

blueprint = Blueprint("cgi", __name__)
MOVED = {
    "login": "login",
    "logout": "logout",
    "main": "main",
    "pdf_viewer": "pdf",
    "get_progress": "progress",
    "progress_stream": "progress-stream",
    "get_services_config": "services-config",
    "get_test_config": "test-config",
    "cleanup": "cleanup",
}


@blueprint.route("/cgi-bin/<name>.py", methods=["GET", "POST"])
def moved(name: str) -> Response:
    if name not in MOVED:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is nothing at {request.path}.")
    query = request.query_string.decode("latin-1")
    address = f"{request.root_path}/api/{MOVED[name]}" + (f"?{query}" if query else "")
    # 308 keeps method and body (RFC 9110, 15.4.9)
    status = HTTPStatus.MOVED_PERMANENTLY if request.method in SAFE_METHODS else HTTPStatus.PERMANENT_REDIRECT
    response = redirect(address, status)
    assert isinstance(response, Response)
    return response
