"""Tokens of programs. The secret is told once."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue
from msgspec import Meta, Struct

from backend.web.access import Scope, signed
from backend.web.documents import NewToken, ScopeName, TokenList
from backend.web.engine import JSON, answer, ask, done
from backend.web.route import Empty, Route


class Wanted(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    scopes: Annotated[list[ScopeName], Meta(min_length=1)]
    expires: Annotated[datetime, Meta(tz=True)] | None = None


def tokens() -> ResponseReturnValue:
    return answer("tokens", signed())


def create(body: Wanted) -> ResponseReturnValue:
    made = ask("create_token", signed(**msgspec.to_builtins(body)))
    return Response(made, HTTPStatus.CREATED, mimetype=JSON)


def remove(token: str) -> ResponseReturnValue:
    return done("remove_token", signed(id=token))


PATH, TAG = "/api/v1/tokens", "tokens"
ROUTES = [
    Route("GET", PATH, tokens, "Own tokens", TAG, {200: TokenList}),
    Route("POST", PATH, create, "A new token", TAG, {201: NewToken}, scope=Scope.ADMIN, body=Wanted),
    Route("DELETE", f"{PATH}/{{token}}", remove, "Remove a token", TAG, {204: Empty()}, scope=Scope.ADMIN),
]
