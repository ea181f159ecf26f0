import pytest
from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine

JSON = HEADERS | {"Content-Type": "application/json"}


def test_the_question_goes_to_the_engine_and_its_answer_comes_back(client: FlaskClient) -> None:
    question = {"source": "10.1.1.50", "destination": "10.2.1.50", "ttl": 3}
    answer = client.post("/api/v1/traces", json=question, headers=HEADERS)
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()["echo"]["question"] == question


def test_a_wrong_field_is_named_with_its_value(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("trace", EngineError("bad_value", "source: 'x' is neither", "source"))
    answer = client.post("/api/v1/traces", json={"source": "x"}, headers=HEADERS)
    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": "source: 'x' is neither",
        "field": "source",
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b'{"source": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_a_body_that_is_no_question_is_a_problem(
    client: FlaskClient, engine: MadeUpEngine, body: bytes, status: int
) -> None:
    asked = len(engine.asked)
    answer = client.post("/api/v1/traces", data=body, headers=JSON)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert len(engine.asked) == asked
