"""The networks that are loaded, and what the page draws of them."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from backend.web.engine import answer
from backend.web.sessions import needs_session, of_session

blueprint = Blueprint("networks", __name__, url_prefix="/api/v1")


@blueprint.get("/networks")
@needs_session
def networks() -> ResponseReturnValue:
    return answer("networks", of_session())


@blueprint.get("/topology")
@needs_session
def topology() -> ResponseReturnValue:
    return answer("topology", of_session())
