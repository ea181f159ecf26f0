import io
from typing import Annotated, Any

import msgspec
import pytest
from flask import Flask
from msgspec import Meta, Struct

from backend.web import reading
from backend.web.errors import ProblemError

app = Flask(__name__)


class Inner(Struct, forbid_unknown_fields=True):
    port: Annotated[int, Meta(ge=1)]


class Body(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1)]
    number: int = 0
    words: list[str] = []
    inner: list[Inner] = []
    password: str = ""


def refused(body: Any) -> ProblemError:
    with app.test_request_context(json=body), pytest.raises(ProblemError) as caught:
        reading.json_body(Body)
    return caught.value


def test_a_body_is_read_into_its_struct() -> None:
    with app.test_request_context(json={"name": "a", "inner": [{"port": 5}]}):
        assert reading.json_body(Body) == Body("a", inner=[Inner(5)])


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_could_send_is_refused(content_type: str) -> None:
    with app.test_request_context(method="POST", data=b"{}", content_type=content_type):
        with pytest.raises(ProblemError, match=content_type) as caught:
            reading.json_body(Body)
        assert caught.value.status == 415


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ({}, "name", ""),
        ({"name": ""}, "name", ""),
        ({"name": 7}, "name", "7"),
        ({"name": None}, "name", "null"),
        ({"name": "a", "number": "seven"}, "number", "seven"),
        ({"name": "a", "inner": [{"port": 1}, {"port": 0}]}, "inner[1].port", "0"),
        ({"name": "a", "inner": [{"port": 1, "x": 0}]}, "inner[0].x", ""),
        ({"name": "a", "inner": {"port": 1}}, "inner", '{"port":1}'),
        ({"name": "a", "colour": 1}, "colour", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_value(body: Any, field: str, value: str) -> None:
    error = refused(body)
    assert (error.status, error.field) == (422, field)
    assert error.detail.startswith(field)
    assert value in error.detail


def test_a_password_is_never_repeated_and_a_long_value_is_shortened() -> None:
    assert "12345" not in refused({"name": "a", "password": 12345}).detail
    assert len(refused({"name": ["x" * 10_000]}).detail) < 300
    assert len(refused({"name": "a", "x" * 10_000: 1}).detail) < 300


def test_a_query_is_read_as_text_and_nothing_stands_there_twice() -> None:
    with app.test_request_context("/?name=a&number=5"):
        assert reading.query(Body) == Body("a", 5)
    for address, field in (("/?name=a&name=b", "name"), ("/?name=a&number=x", "number"), ("/?name=a&x=1", "x")):
        with app.test_request_context(address), pytest.raises(ProblemError) as caught:
            reading.query(Body)
        assert (caught.value.status, caught.value.field) == (422, field)


def test_a_form_is_the_same_fields_with_lists_and_files() -> None:
    data = {"name": (io.BytesIO("\ufeffä".encode()), "trace.json"), "words": ["a", "b"], "number": "5", "password": ""}
    with app.test_request_context(method="POST", data=data):
        assert reading.form_or_json(Body) == Body("ä", 5, ["a", "b"])
    with app.test_request_context(method="POST", data={"name": "a", "words": "b"}):
        assert reading.form_or_json(Body) == Body("a", words=["b"])
    with app.test_request_context(method="POST", data={"name": (io.BytesIO(b"\xff"), "x")}):
        with pytest.raises(ProblemError) as caught:
            reading.form_or_json(Body)
        assert caught.value.field == "name"
    with app.test_request_context(method="POST", data=b"x", content_type="text/plain"):
        with pytest.raises(ProblemError) as caught:
            reading.form_or_json(Body)
        assert caught.value.status == 415
    with app.test_request_context(json={"name": "a"}):
        assert reading.form_or_json(Body) == Body("a")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"a": "\\ud800"}', b"[" * 100_000])
def test_what_is_no_object_in_json_is_a_bad_request(body: bytes) -> None:
    with app.test_request_context(method="POST", data=body, content_type="application/json"):
        with pytest.raises(ProblemError) as caught:
            reading.json_body(Body)
        assert caught.value.status == 400


def test_values_are_told_as_json() -> None:
    assert msgspec.json.encode({"a": 1}).decode() in refused({"name": {"a": 1}}).detail
