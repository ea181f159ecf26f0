from typing import Any

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
    answer = client.post("/api/v1/traces", json={"source": "x", "destination": "y"}, headers=HEADERS)
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert problem.pop("request_id") == answer.headers["X-Request-ID"]
    assert problem == {
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


@pytest.mark.parametrize("path", ["/api/v1/traces", "/api/v1/reach"])
def test_what_nobody_says_is_not_asked(client: FlaskClient, engine: MadeUpEngine, path: str) -> None:
    question: dict[str, Any] = {"source": "a", "destination": "b", "gateway": None, "tried": True}
    if path.endswith("reach"):
        question["services"] = ["22/tcp", 80, {"port": 53, "protocol": "udp"}]
    answer = client.post(f"{path}?network=small@1", json=question, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    asked = engine.asked[-1][1]
    assert (asked["question"], asked["network"]) == (question, "small@1")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source": None}, "source"),
        ({"source": ""}, "source"),
        ({"colour": "red"}, "colour"),
        ({"tos": [1]}, "tos"),
        ({"services": 7}, "services"),
        ({"services": [{"port": 1, "colour": 2}]}, "services[0].colour"),
        ({"default_protocol": "sctp"}, "default_protocol"),
    ],
)
def test_a_field_of_another_type_is_named_before_the_engine_is_asked(
    client: FlaskClient, engine: MadeUpEngine, changed: dict[str, Any], field: str
) -> None:
    asked = len(engine.asked)
    question = {"source": "a", "destination": "b", "services": "22"} | changed
    answer = client.post("/api/v1/reach", json=question, headers=HEADERS)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert len(engine.asked) == asked
