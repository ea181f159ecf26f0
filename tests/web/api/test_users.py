from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, MadeUpEngine


def test_only_what_is_to_change_is_asked_for(client: FlaskClient, engine: MadeUpEngine) -> None:
    for call in ("users", "add_user", "change_user", "remove_user"):
        engine.answers[call] = lambda params: params
    assert client.get("/api/v1/users").status_code == 200
    new = {"username": "bob", "password": "correct horse"}
    assert client.post("/api/v1/users", json=new, headers=HEADERS).status_code == 201
    assert engine.asked[-1][1]["role"] == "user"
    client.patch("/api/v1/users/bob", json={"is_locked": True}, headers=HEADERS)
    asked = {name: value for name, value in engine.asked[-1][1].items() if name not in ("session", "address")}
    assert asked == {"username": "bob", "is_locked": True}
    assert client.delete("/api/v1/users/bob", headers=HEADERS).status_code == 204
    answer = client.patch("/api/v1/users/bob", json={"password": 5}, headers=HEADERS)
    assert (answer.get_json()["field"], "5" in answer.get_json()["detail"]) == ("password", False)
