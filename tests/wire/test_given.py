import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.wire.given import DEEPEST, LARGEST, read_json, shown
from backend.wire.question import QuestionError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES, st.integers(0, 4))
def test_json_is_read_and_written_on_one_line(value: Any, indent: int) -> None:
    found, text = read_json("trace", json.dumps(value, indent=indent))
    assert found == value
    assert json.loads(text) == value
    assert "\n" not in text


@given(VALUES.filter(lambda value: not isinstance(value, str)))
def test_a_value_that_was_read_already_is_the_same(value: Any) -> None:
    assert read_json("trace", value) == read_json("trace", json.dumps(value))


@given(st.text(max_size=50) | st.binary(max_size=50).map(lambda data: data.decode("latin-1")))
def test_rubbish_is_an_error_and_nothing_else(text: str) -> None:
    said = ""
    try:
        read_json("trace", text)
    except QuestionError as error:
        said = str(error)
    assert len(said) < 200
    assert said.isprintable()


def test_a_file_from_windows_is_read() -> None:
    assert read_json("trace", "\ufeff{}\r\n") == ({}, "{}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a": 1,\n"a": 2}', "says 'a' twice"),
        ('{"a": NaN}', "NaN is no number there"),
        ("[-Infinity]", "-Infinity is no number"),
        ("[1e999]", "a number that is too large: '1e999'"),
        (f"[{'9' * 30}]", "a number that is too large: '9999"),
        (f"[{'9' * 100_000}]", "a number that is too large: '9999"),
        ('["\\ud800"]', "has half of a character"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "is nested more than 40 times"),
        ("[" * 500_000, "is nested more than 40 times"),
        ('{"a":' * 100_000, "is nested more than 40 times"),
        ('"' + "x" * LARGEST, f"has {LARGEST + 1} characters, more than {LARGEST}"),
        ('"a', "is no JSON: line 1: Unterminated string"),
    ],
)
def test_what_others_could_not_read_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(QuestionError) as error:
        read_json("trace", text)
    assert complaint in str(error.value)
    assert len(str(error.value)) < 200


def test_a_value_that_is_too_deep_or_too_large_is_refused() -> None:
    deep: Any = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    for value, complaint in ((deep, "nested"), (["x" * LARGEST], "characters"), (["\ud800"], "half of a character")):
        with pytest.raises(QuestionError, match=complaint):
            read_json("trace", value)


def test_control_characters_are_shown_as_such() -> None:
    assert shown("a\x1b[31m\n") == r"'a\x1b[31m\n'"
    assert len(shown("x" * 10**7)) < 100
