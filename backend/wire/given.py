"""JSON that a person pasted or uploaded: read once, whatever it is, or an error that says what is wrong with it."""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import msgspec

from backend.wire.question import QuestionError, Spot

LARGEST = 1024 * 1024
"""Characters; what the shell prints of a trace with all that was tried in vain has a tenth of that."""
DEEPEST = 40
LARGEST_NUMBER = 2**64
SHOWN = 60


def shown(value: object) -> str:
    """As Python writes it, which has no control characters, and not too much of it."""
    text = repr(value[: SHOWN + 1] if isinstance(value, str | bytes) else value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def read_json(field: str, given: object, largest: int = LARGEST) -> tuple[Any, str]:
    """The value, and the same on one line of text that every program can read. `given`: text, or a value already."""
    text = given.removeprefix("\ufeff") if isinstance(given, str) else _encoded(field, given)
    if len(text) > largest:
        raise QuestionError(field, f"has {len(text)} characters, more than {largest}")
    try:
        value = json.loads(
            text,
            object_pairs_hook=lambda pairs: _object(field, pairs),
            parse_constant=lambda word: _refuse(field, f"is no JSON: {word} is no number there"),
            parse_int=lambda number: _number(field, number, int),
            parse_float=lambda number: _number(field, number, float),
        )
    except RecursionError:
        _too_deep(field)
    except json.JSONDecodeError as error:
        spot = Spot(line=error.lineno, column=error.colno)
        raise QuestionError(field, f"is no JSON: line {error.lineno}: {error.msg}", spot) from None
    if _is_deeper(value, DEEPEST):
        _too_deep(field)
    return value, _encoded(field, value)


def _encoded(field: str, value: object) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        raise QuestionError(field, "has half of a character, which is no text") from None
    except RecursionError:
        _too_deep(field)
    except TypeError:
        raise QuestionError(field, f"is {shown(value)}, which is no JSON") from None


def _object(field: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise QuestionError(field, f"says {shown(name)} twice")
        found[name] = value
    return found


def _number(field: str, text: str, kind: type[int] | type[float]) -> int | float:
    number = kind(text) if len(text) <= SHOWN or kind is float else LARGEST_NUMBER
    if abs(number) >= LARGEST_NUMBER and (kind is int or number in (float("inf"), float("-inf"))):
        raise QuestionError(field, f"has a number that is too large: {shown(text)}")
    return number


def _is_deeper(value: object, most: int) -> bool:
    level: list[object] = [value]
    for _ in range(most):
        level = [inner for outer in level for inner in _parts(outer)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(field: str) -> NoReturn:
    _refuse(field, f"is nested more than {DEEPEST} times")


def _refuse(field: str, detail: str) -> NoReturn:
    raise QuestionError(field, detail)
