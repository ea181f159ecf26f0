from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, MadeUpEngine


def test_a_password_is_changed_and_never_repeated(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["change_password"] = lambda _: {"changed": True}
    given = {"old": "hunter2", "new": "correct horse"}
    assert client.put("/api/v1/me/password", json=given, headers=HEADERS).status_code == 204
    assert {name: engine.asked[-1][1][name] for name in given} == given
    wrong = client.put("/api/v1/me/password", json={"old": "hunter2", "new": ["hunter2"]}, headers=HEADERS)
    assert (wrong.status_code, wrong.get_json()["field"]) == (422, "new")
    assert "hunter2" not in wrong.text
