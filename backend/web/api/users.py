"""Who may sign in."""

from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from flask import Response
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.web.access import Access, Scope, signed
from backend.web.documents import Role, User, UserList
from backend.web.engine import JSON, answer, ask, done
from backend.web.route import Empty, Route

Word = Annotated[str, Meta(min_length=1)]


class NewUser(Struct, forbid_unknown_fields=True):
    username: Word
    password: Word
    role: Role = "user"


class Change(Struct, forbid_unknown_fields=True):
    role: Literal["user", "admin", "group"] | UnsetType = UNSET
    """group: what the groups of the machine say."""
    password: Word | UnsetType = UNSET
    is_locked: bool | UnsetType = UNSET


def users() -> ResponseReturnValue:
    return answer("users", signed())


def add(body: NewUser) -> ResponseReturnValue:
    made = ask("add_user", signed(**msgspec.to_builtins(body)))
    return Response(made, HTTPStatus.CREATED, mimetype=JSON)


def change(user: str, body: Change) -> ResponseReturnValue:
    return answer("change_user", signed(username=user, **msgspec.to_builtins(body)))


def remove(user: str) -> ResponseReturnValue:
    return done("remove_user", signed(username=user))


PATH, TAG = "/api/v1/users", "users"
ROUTES = [
    Route("GET", PATH, users, "All users", TAG, {200: UserList}, Access.ADMIN, Scope.ADMIN),
    Route("POST", PATH, add, "A new user", TAG, {201: User}, Access.ADMIN, Scope.ADMIN, NewUser),
    Route("PATCH", f"{PATH}/{{user}}", change, "Change a user", TAG, {200: User}, Access.ADMIN, Scope.ADMIN, Change),
    Route("DELETE", f"{PATH}/{{user}}", remove, "Remove a user", TAG, {204: Empty()}, Access.ADMIN, Scope.ADMIN),
]
