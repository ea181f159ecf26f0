import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine

RIGHT = {"username": "ann", "password": "right"}
QUESTION = {"source": "a", "destination": "b"}


def test_signing_in_gives_name_role_and_a_cookie_that_scripts_cannot_read(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/v1/sessions", json=RIGHT)
    assert (answer.status_code, answer.json) == (201, {"username": "ann", "role": "user"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert visitor.get("/api/v1/me").json == {"username": "ann", "role": "user"}


def test_a_wrong_password_is_a_problem_and_no_session(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/v1/sessions", json={"username": "ann", "password": "wrong"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert visitor.get("/api/v1/me").status_code == 401


def test_a_failed_sign_in_ends_the_session_before_it(client: FlaskClient) -> None:
    client.post("/api/v1/sessions", json={"username": "ann", "password": "wrong"})
    assert client.get("/api/v1/me").status_code == 401


def test_signing_out_ends_the_session_for_copies_of_the_cookie_too(client: FlaskClient) -> None:
    copy = client.get_cookie("tsim_session")
    assert copy is not None
    assert client.delete("/api/v1/sessions/current", headers=HEADERS).status_code == 204
    assert client.get("/api/v1/me").status_code == 401
    client.set_cookie("tsim_session", copy.value)
    assert client.get("/api/v1/me").status_code == 401
    assert client.delete("/api/v1/sessions/current", headers=HEADERS).status_code == 204


def test_signing_in_again_ends_the_session_before_it(client: FlaskClient, engine: MadeUpEngine) -> None:
    before = dict(engine.sessions)
    assert client.post("/api/v1/sessions", json=RIGHT).status_code == 201
    assert len(engine.sessions) == 1
    assert engine.sessions.keys() != before.keys()


def test_a_page_may_ask_who_is_signed_in_before_anybody_is(visitor: FlaskClient, engine: MadeUpEngine) -> None:
    nobody = {"username": None, "role": None}
    assert visitor.get("/api/v1/sessions/current").json == nobody
    visitor.post("/api/v1/sessions", json=RIGHT)
    assert visitor.get("/api/v1/sessions/current").json == {"username": "ann", "role": "user"}
    engine.sessions.clear()
    assert visitor.get("/api/v1/sessions/current").json == nobody
    engine.fails("session", EngineError("unavailable", "the engine is not running"))
    visitor.post("/api/v1/sessions", json=RIGHT)
    assert visitor.get("/api/v1/sessions/current").status_code == 503


def test_neither_cookie_nor_answer_tells_name_or_password(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/v1/sessions", json=RIGHT)
    assert "session" not in answer.get_json()
    assert not {"ann", "right"} & set(re.split(r"\W", answer.headers["Set-Cookie"]))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/networks"),
        ("GET", "/api/v1/topology"),
        ("POST", "/api/v1/traces"),
        ("DELETE", "/api/v1/sessions/current"),
    ],
)
def test_without_a_session_nothing_is_answered(
    visitor: FlaskClient, engine: MadeUpEngine, method: str, path: str
) -> None:
    answer = visitor.open(path, method=method, headers=HEADERS, json={})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert engine.asked == []


def test_a_forged_cookie_is_no_session(visitor: FlaskClient) -> None:
    visitor.set_cookie("tsim_session", "eyJ1c2VybmFtZSI6ImFubiJ9.aaaaaa.bbbbbbbb")
    assert visitor.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "username"),
        ({"username": "ann"}, "password"),
        ({"username": "", "password": "right"}, "username"),
        ({"username": {"$ne": ""}, "password": "right"}, "username"),
        ({"username": "ann", "password": 7}, "password"),
    ],
)
def test_a_wrong_field_is_named(visitor: FlaskClient, body: dict[str, Any], field: str) -> None:
    answer = visitor.post("/api/v1/sessions", json=body)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_a_password_is_never_repeated(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/v1/sessions", json={"username": "ann", "password": "hunter2"})
    assert "hunter2" not in answer.text


def test_no_other_site_can_use_the_session(client: FlaskClient) -> None:
    foreign = HEADERS | {"Origin": "https://evil.example"}
    assert client.post("/api/v1/traces", json=QUESTION, headers=foreign).status_code == 403
    for origin in ("null", "http://[::1", ""):
        assert client.post("/api/v1/sessions", json=RIGHT, headers={"Origin": origin}).status_code == 403
    assert client.post("/api/v1/traces", json=QUESTION).status_code == 403  # no X-Requested-With
    own = HEADERS | {"Origin": "http://localhost"}
    assert client.post("/api/v1/traces", json=QUESTION, headers=own).status_code == 200


def test_a_form_of_another_site_cannot_sign_anybody_in(visitor: FlaskClient) -> None:
    assert visitor.post("/api/v1/sessions", data=RIGHT).status_code == 415


def test_without_an_engine_signing_in_says_so(visitor: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("sign_in", EngineError("unavailable", "the engine is not running"))
    answer = visitor.post("/api/v1/sessions", json=RIGHT)
    assert (answer.status_code, answer.get_json()["detail"]) == (503, "the engine is not running")
