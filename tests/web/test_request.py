import logging
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend import logs
from backend.web import request


def test_each_answer_has_an_id_and_its_time(visitor: FlaskClient) -> None:
    answers = [visitor.get("/healthz") for _ in range(2)]
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 2
    assert answers[0].headers["X-Response-Time"].endswith("ms")
    assert visitor.get("/healthz", headers={"X-Request-ID": "proxy-1.2"}).headers["X-Request-ID"] == "proxy-1.2"


@pytest.mark.parametrize("given", ["", "a b", "a\tb", "x" * 65, "ä", "<b>"])
def test_an_id_that_could_be_something_else_in_a_log_is_not_taken(visitor: FlaskClient, given: str) -> None:
    assert visitor.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_an_error_names_the_id_too(visitor: FlaskClient) -> None:
    for path in ("/nothing", "/api/v1/me"):
        problem = visitor.get(path, headers={"X-Request-ID": "17"}).get_json()
        assert problem["request_id"] == "17"


def test_what_is_slow_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    app = Flask(__name__)
    request.register(app)
    app.add_url_rule("/slow", view_func=lambda: "done")
    with caplog.at_level(logging.WARNING):
        app.test_client().get("/slow")
        assert not caplog.records
        monkeypatch.setattr(request, "SLOW_S", 0.0)
        app.test_client().get("/slow", headers={"X-Request-ID": "17"})
    assert "GET /slow took" in caplog.text
    assert "17" in caplog.text


def test_a_line_of_the_log_says_which_request_job_and_user_it_is_about(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    told = []

    def about() -> dict[str, str]:
        told.append({key: value for each in logs.about[:-1] for key, value in each().items()})
        return {}

    logs.about.append(about)
    line = logs.Json("web")
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(line)
    logger = logging.getLogger(request.__name__)
    logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO):
            client.get("/api/v1/jobs/1234?secret=hunter2", headers={"X-Request-ID": "17"})
    finally:
        logger.removeHandler(handler)
        logs.about.remove(about)
    assert told[-1] == {"request": "17", "job": "1234"}
    assert "GET /api/v1/jobs/1234: " in caplog.text
    assert "hunter2" not in caplog.text
