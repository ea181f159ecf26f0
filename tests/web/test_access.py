import pytest
from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, TOKEN, MadeUpEngine

QUESTION = {"source": "a", "destination": "b"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def test_a_token_needs_neither_cookie_nor_header_and_goes_before_a_cookie(
    visitor: FlaskClient, client: FlaskClient, engine: MadeUpEngine
) -> None:
    assert visitor.post("/api/v1/traces", json=QUESTION, headers=BEARER).status_code == 200
    assert engine.asked[-1][1]["token"] == TOKEN
    client.post("/api/v1/traces", json=QUESTION, headers=BEARER)
    assert "session" not in engine.asked[-1][1]
    assert visitor.get("/api/v1/me", headers={"Authorization": f"bearer   {TOKEN} "}).status_code == 200
    foreign = BEARER | {"Origin": "https://evil.example"}
    assert visitor.post("/api/v1/traces", json=QUESTION, headers=foreign).status_code == 200


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Bearer wrong", "BEARER \u00e4"])
def test_a_wrong_token_is_nobody(client: FlaskClient, given: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_another_scheme_is_that_of_a_proxy_and_the_cookie_counts(client: FlaskClient) -> None:
    assert client.get("/api/v1/me", headers={"Authorization": "Basic YTpi"}).status_code == 200


def test_a_cookie_alone_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/api/v1/traces", json=QUESTION)
    assert answer.status_code == 403
    assert "X-Requested-With" in answer.get_json()["detail"]
    assert client.post("/api/v1/traces", json=QUESTION, headers=HEADERS).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://[::1", "", "http://localhost.evil.example"])
def test_another_origin_is_refused_also_where_nobody_has_to_sign_in(client: FlaskClient, origin: str) -> None:
    headers = HEADERS | {"Origin": origin}
    assert client.post("/api/v1/traces", json=QUESTION, headers=headers).status_code == 403
    given = {"username": "ann", "password": "right"}
    assert client.post("/api/login", data=given, headers=headers).status_code == 403
    assert client.get("/api/v1/me", headers=headers).status_code == 200
