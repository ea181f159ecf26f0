"""A route is declared once: the declaration is what is served, what is checked, and what OpenAPI says of it."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from msgspec import Struct

from backend.web import access, reading
from backend.web.access import Access, Scope

View = Callable[..., ResponseReturnValue]


class Schema(Struct, frozen=True):
    """An answer in JSON that a published schema describes, by its name there."""

    name: str


class Media(Struct, frozen=True):
    """An answer that is no JSON."""

    type: str


class Empty(Struct, frozen=True):
    """An answer without a body."""


class Route(Struct, frozen=True):
    """The view gets the parts of the path by name, and `body` and `query` where they are declared."""

    method: str
    path: str
    """As OpenAPI writes it: /api/v1/jobs/{job}."""
    view: View
    summary: str
    tag: str
    answers: Mapping[int, Any]
    """By status: a Struct, a Schema, Media or Empty."""
    access: Access = Access.USER
    scope: Scope = Scope.READ
    body: type[Struct] | None = None
    query: type[Struct] | None = None
    takes_forms: bool = False
    takes: Sequence[str] = ()
    """Types of a body that the view reads itself, as it comes."""
    headers: Mapping[str, str] = {}
    """That a client may send, with what they are for."""
    is_told: bool = True
    """In the OpenAPI description."""

    @property
    def name(self) -> str:
        """Unique, and made of letters that all clients take."""
        words = re.sub(r"\W+", "_", self.path.replace("/api/v1", "").replace("/api/", "old/")).strip("_")
        return f"{self.method.lower()}_{words}"

    @property
    def variables(self) -> Sequence[str]:
        return re.findall(r"{(\w+)}", self.path)


def register(app: Flask, routes: Sequence[Route]) -> None:
    for route in routes:
        rule = re.sub(r"{(\w+)}", r"<\1>", route.path)
        app.add_url_rule(rule, route.name, _served(route), methods=[route.method])


def _served(route: Route) -> View:
    read = reading.form_or_json if route.takes_forms else reading.json_body

    @wraps(route.view)
    def serve(**values: Any) -> ResponseReturnValue:
        access.check(route.access)
        if route.query is not None:
            values["query"] = reading.query(route.query)
        if route.body is not None:
            values["body"] = read(route.body)
        return route.view(**values)

    return serve
