import pytest
from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import MadeUpEngine


@pytest.mark.parametrize("path", ["/api", "/api/v1/nothing", "/api/v2/me", "/nothing", "/a/b/c"])
def test_what_is_not_there_is_a_problem(visitor: FlaskClient, path: str) -> None:
    answer = visitor.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert path in answer.get_json()["detail"]


def test_a_wrong_method_names_the_right_ones(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/traces")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("code", "status"), [("busy", 503), ("unavailable", 503), ("internal", 500), ("unknown_call", 500), ("new", 500)]
)
def test_each_failure_of_the_engine_has_its_status(
    client: FlaskClient, engine: MadeUpEngine, code: str, status: int
) -> None:
    engine.fails("topology", EngineError(code, "the inside"))
    answer = client.get("/api/v1/topology")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert ("the inside" in answer.text) == (status != 500)


def test_a_bug_reaches_the_log_and_not_the_user(
    client: FlaskClient, engine: MadeUpEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.fails("topology", ZeroDivisionError("the inside"))
    answer = client.get("/api/v1/topology")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "the inside" not in answer.text
    assert "the inside" in caplog.text
