"""The OpenAPI 3.1 description, written from the declarations of the routes: what is said here is what is checked."""

import importlib.resources
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from types import UnionType
from typing import Any, get_args

import msgspec
from msgspec import Struct

from backend.web import documents
from backend.web.access import CSRF_HEADER, SAFE_METHODS, Access
from backend.web.errors import PROBLEM
from backend.web.reading import FORMS, JSON
from backend.web.route import Empty, Media, Route, Schema

Document = dict[str, Any]
ABOUT = "Can this host reach that service, by which path, and which rule on which router decides?"
REF = "#/components/schemas/{name}"
RETRY = {"Retry-After": {"description": "In seconds.", "schema": {"type": "integer", "minimum": 1}}}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
UNSAFE = {
    "name": CSRF_HEADER, "in": "header", "required": False, "schema": {"type": "string"},
    "description": "Any value; needed with a cookie, not with a token.",
}  # fmt: skip


def description(routes: Sequence[Route]) -> Document:
    """Of all that is asked for data; /api/docs and the like are none of it."""
    told = [route for route in routes if route.is_told]
    paths: dict[str, Document] = {}
    for route in told:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tsim", "version": "1", "description": ABOUT},
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": "../.."}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in told)],
        "paths": paths,
        "components": {
            "schemas": _schemas(told),
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": "tsim_session"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(route: Route) -> Document:
    operation: Document = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.summary,
        "description": _who(route),
        "parameters": list(_parameters(route)),
        "responses": {str(status): answer for status, answer in sorted(_responses(route).items())},
        "security": [] if route.access is Access.ANYONE else [{"cookie": []}, {"token": []}],
    }
    if route.body is not None:
        types = (JSON, *FORMS) if route.takes_forms else (JSON,)
        schema = {"$ref": REF.format(name=route.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {each: {"schema": schema} for each in types}}
    elif route.takes:
        operation["requestBody"] = {"required": True, "content": {each: _sent(each) for each in route.takes}}
    return operation


def _sent(type_: str) -> Document:
    file: Document = {"type": "string", "format": "binary"}
    if type_ not in FORMS:
        return {"schema": file}
    files: Document = {"file": {"type": "array", "items": file}}
    return {"schema": {"type": "object", "properties": files, "required": ["file"]}}


def _who(route: Route) -> str:
    if route.access is Access.ANYONE:
        return "For anyone."
    who = "For administrators" if route.access is Access.ADMIN else "For whoever has signed in"
    return f"{who}; a token needs the scope `{route.scope}`."


def _parameters(route: Route) -> Iterator[Document]:
    for name in route.variables:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    if route.query is not None:
        schema = _schema_of(route.query)
        for name, field in schema["properties"].items():
            is_needed = name in schema.get("required", ())
            yield {"name": name, "in": "query", "required": is_needed, "schema": field}
    for name, text in route.headers.items():
        yield {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, "description": text}
    if route.method not in SAFE_METHODS and route.access is not Access.ANYONE:
        yield UNSAFE


def _responses(route: Route) -> dict[int, Document]:
    found = {status: _answer(status, answer) for status, answer in route.answers.items()}
    for status in _problems(route):
        found[status] = {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": _ref("Problem")}}}
        if status in (429, 503):
            found[status]["headers"] = RETRY
    return found


def _problems(route: Route) -> Iterator[int]:
    yield from (429, 503)
    if route.access is not Access.ANYONE or route.method not in SAFE_METHODS:
        yield from (401, 403)
    if route.variables:
        yield from (404, 422)
    if route.body is not None or route.takes:
        yield from (400, 413, 415, 422)
    if route.query is not None:
        yield from (404, 422)
    if 206 in route.answers:
        yield 416


def _answer(status: int, answer: Any) -> Document:
    told: Document = {"description": HTTPStatus(status).phrase}
    match answer:
        case Empty():
            return told
        case Media():
            told["content"] = {answer.type: {"schema": {"type": "string", "format": "binary"}}}
        case Schema():
            told["content"] = {JSON: {"schema": _ref(answer.name)}}
        case UnionType():
            told["content"] = {JSON: {"schema": {"anyOf": [_ref(each.__name__) for each in get_args(answer)]}}}
        case _:
            told["content"] = {JSON: {"schema": _ref(answer.__name__)}}
    if status == HTTPStatus.ACCEPTED:
        told["headers"] = LOCATION
    return told


def _ref(name: str) -> Document:
    return {"$ref": REF.format(name=name)}


def _schemas(routes: Sequence[Route]) -> Document:
    kinds: dict[str, type[Struct]] = {"Problem": documents.Problem}
    for route in routes:
        bodies = [route.body] if route.body is not None else []
        answers = [kind for answer in route.answers.values() for kind in get_args(answer) or (answer,)]
        for kind in (*bodies, *(each for each in answers if isinstance(each, type))):
            if kinds.setdefault(kind.__name__, kind) is not kind:
                raise ValueError(f"two things of the name {kind.__name__} are told")
    _, found = msgspec.json.schema_components(kinds.values(), ref_template=REF)
    return {**_published(), **found}


def _schema_of(kind: type[Struct]) -> Document:
    """One that refers to no other."""
    _, found = msgspec.json.schema_components([kind])
    schema: Document = found[kind.__name__]
    return schema


def _published() -> Document:
    """The schema of results, with its parts as components."""
    file = importlib.resources.files("backend.wire") / "schemas" / "result.json"
    text = re.sub(r"#/\$defs/", "#/components/schemas/", file.read_text("utf-8"))
    result: Document = msgspec.json.decode(text)
    parts: Document = result.pop("$defs")
    return {**parts, "result": {name: value for name, value in result.items() if not name.startswith("$")}}
