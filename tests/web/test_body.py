import pytest
from flask import Flask

from backend.web.body import json_object, text_field
from backend.web.errors import ProblemError

app = Flask(__name__)


def test_a_json_object_is_read() -> None:
    with app.test_request_context(json={"a": [1, None]}):
        assert json_object() == {"a": [1, None]}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_could_send_is_refused(content_type: str) -> None:
    with app.test_request_context(method="POST", data=b"{}", content_type=content_type):
        with pytest.raises(ProblemError, match=content_type) as caught:
            json_object()
        assert caught.value.status == 415


def test_a_long_wrong_value_is_shortened() -> None:
    with pytest.raises(ProblemError) as caught:
        text_field({"username": ["x" * 10_000]}, "username")
    assert len(caught.value.detail) < 200
