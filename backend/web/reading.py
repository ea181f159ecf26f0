"""What a request brings, read into the Struct that its route declares. What is wrong is named, with its value."""

import re
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from flask import request
from msgspec import UNSET, Struct, defstruct
from msgspec.structs import fields

from backend.web.errors import ProblemError

S = TypeVar("S", bound=Struct)
JSON = "application/json"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SECRET = {"password", "old", "new"}
"""Fields whose values are never repeated."""
SHOWN = 80
LONGEST_NAME = 64


def json_body(kind: type[S]) -> S:
    """Only a body that says it is JSON: an HTML form of another site cannot send that without being asked first."""
    if request.mimetype != JSON:
        raise _unsupported((JSON,))
    return convert(kind, json_object())


def form_or_json(kind: type[S]) -> S:
    """The same fields in a form, where a field may be repeated and may be a file."""
    if request.mimetype in FORMS:
        return convert(kind, _form(kind), strict=False)
    if request.mimetype != JSON:
        raise _unsupported((JSON, *FORMS))
    return convert(kind, json_object())


def query(kind: type[S]) -> S:
    """What may be left out should be UNSET then: as None it could also be said, since here "null" is read as that."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{_named(name)} stands there twice.", _named(name))
    return convert(kind, request.args.to_dict(), strict=False)


def json_object() -> dict[str, Any]:
    try:
        value = msgspec.json.decode(request.get_data())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "The body should be a JSON object.")
    return value


def convert(kind: type[S], value: Mapping[str, Any], strict: bool = True) -> S:
    try:
        if not strict and (times := _times(kind)):
            msgspec.convert(value, times)
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        field, detail = _fault(str(error), value)
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, detail, field) from None


@cache
def _times(kind: type[Struct]) -> type[Struct] | None:
    """Its fields that are times, if any: where not strict, a number is taken for seconds since 1970."""
    times = [(field.name, field.type, UNSET) for field in fields(kind) if "datetime" in str(field.type)]
    return defstruct("Times", times) if times else None


def _fault(text: str, value: object) -> tuple[str | None, str]:
    """msgspec says "Expected `int`, got `str` - at `$.services[0].port`", or names a field of an object."""
    what, _, place = text.partition(" - at `$")
    place = place.rstrip("`").lstrip(".")
    if named := re.fullmatch(r"Object (missing required|contains unknown) field `(.*)`", what, re.DOTALL):
        field = ".".join(part for part in (place, named[2]) if part)
        is_missing = named[1].startswith("missing")
        return _named(field), f"{_named(field)} {'is missing' if is_missing else 'is no field that is known here'}."
    said = what[:1].lower() + what[1:]
    if not place:
        return None, f"{said}."
    return place, f"{place}: {said}{_shown(place, value)}."


def _shown(field: str, value: object) -> str:
    """In brackets, if it may be repeated and can be found."""
    if SECRET & set(re.split(r"\W", field)):
        return ""
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field):
        try:
            value = value[int(number)] if number else value[name]  # type: ignore[index]
        except (LookupError, TypeError):
            return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value, enc_hook=str).decode()
    return f" ({_cut(text, SHOWN)})" if text else ""


def _form(kind: type[Struct]) -> dict[str, Any]:
    """Empty fields are those that nobody filled in."""
    lists = {name for name, given in kind.__annotations__.items() if "list" in str(given)}
    found: dict[str, Any] = {}
    for name, values in request.form.lists():
        filled = [value for value in values if value != ""]
        if filled:
            found[name] = filled if name in lists else filled[-1]
    for name, file in request.files.items():
        if text := file.read():
            found[name] = _text(name, text)
    return found


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{_named(name)}: the file is no text: {error}.", name
        ) from error


def _unsupported(types: tuple[str, ...]) -> ProblemError:
    given = request.mimetype or "none"
    text = f"The body should be {' or '.join(types)}, its content type is {_cut(given, SHOWN)}."
    return ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)


def _named(name: str) -> str:
    return _cut(name, LONGEST_NAME)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
