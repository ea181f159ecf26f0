from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, MadeUpEngine


def test_a_token_is_made_listed_and_removed(client: FlaskClient, engine: MadeUpEngine) -> None:
    for call in ("tokens", "create_token", "remove_token"):
        engine.answers[call] = lambda params: params
    wanted = {"name": "nightly", "scopes": ["read", "test"], "expires": "2030-01-02T03:04:05Z"}
    made = client.post("/api/v1/tokens", json=wanted, headers=HEADERS)
    assert made.status_code == 201
    assert wanted.items() <= made.get_json().items()
    assert client.get("/api/v1/tokens").status_code == 200
    assert client.delete("/api/v1/tokens/17", headers=HEADERS).status_code == 204
    assert (engine.asked[-1][0], engine.asked[-1][1]["id"]) == ("remove_token", "17")
    for changed, field in (({"scopes": ["root"]}, "scopes[0]"), ({"scopes": []}, "scopes"), ({"name": ""}, "name")):
        answer = client.post("/api/v1/tokens", json=wanted | changed, headers=HEADERS)
        assert (answer.status_code, answer.get_json()["field"]) == (422, field)
