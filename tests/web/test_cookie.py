import pytest
from flask.testing import FlaskClient

from backend.config import Config
from backend.web import create_app
from tests.web.conftest import HEADERS, MadeUpEngine

RIGHT = {"username": "ann", "password": "right"}


def value(client: FlaskClient) -> str:
    cookie = client.get_cookie("tsim_session")
    assert cookie is not None
    return cookie.value


@pytest.mark.parametrize("change", ["", "x", ".", "x.", ".x", "{id}", "{id}.", "{id}.{other}", "x{id}.{mac}", "{id}.ü"])
def test_what_was_not_signed_here_is_not_asked_about(client: FlaskClient, engine: MadeUpEngine, change: str) -> None:
    id_, _, mac = value(client).rpartition(".")
    other = mac[::-1]
    asked = len(engine.asked)
    client.set_cookie("tsim_session", change.format(id=id_, mac=mac, other=other))
    assert client.get("/api/v1/me").status_code == 401
    assert len(engine.asked) == asked


def test_another_key_is_another_signature(config: Config, client: FlaskClient, engine: MadeUpEngine) -> None:
    other = create_app(Config(secret_key="another key for tests", page=config.page), engine).test_client()
    other.set_cookie("tsim_session", value(client))
    assert other.get("/api/v1/me").status_code == 401
    same = create_app(Config(secret_key=config.secret_key, page=config.page), engine).test_client()
    same.set_cookie("tsim_session", value(client))
    assert same.get("/api/v1/me").status_code == 200


def test_it_is_set_when_somebody_signs_in_and_gone_when_out_and_else_left_alone(
    config: Config, engine: MadeUpEngine
) -> None:
    client = create_app(config, engine).test_client()
    first = client.post("/api/v1/sessions", json=RIGHT).headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Strict", f"Max-Age={config.session_hours * 3600}", "Path=/"):
        assert part in first
    assert "Set-Cookie" not in client.get("/api/v1/me").headers
    gone = client.delete("/api/v1/sessions/current", headers=HEADERS).headers["Set-Cookie"]
    assert "Max-Age=0" in gone
    assert client.get_cookie("tsim_session") is None
