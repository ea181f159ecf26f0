"""Oneself."""

from typing import Annotated

from flask.typing import ResponseReturnValue
from msgspec import Meta, Struct

from backend.web import known
from backend.web.access import Scope, signed
from backend.web.documents import Me
from backend.web.engine import done
from backend.web.route import Empty, Route


class Passwords(Struct, forbid_unknown_fields=True):
    old: Annotated[str, Meta(min_length=1)]
    new: Annotated[str, Meta(min_length=1)]


def me() -> ResponseReturnValue:
    return known.answer(signed())


def change_password(body: Passwords) -> ResponseReturnValue:
    return done("change_password", signed(old=body.old, new=body.new))


TAG = "me"
ROUTES = [
    Route("GET", "/api/v1/me", me, "Who one is", TAG, {200: Me}),
    Route(
        "PUT", "/api/v1/me/password", change_password, "Change the own password", TAG, {204: Empty()},
        scope=Scope.ADMIN, body=Passwords,
    ),
]  # fmt: skip
