"""The door in front of Socket.IO; real sockets are in tests/live."""

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.config import Config
from backend.engine import EngineError
from backend.web import create_app
from tests.web.conftest import TOKEN, MadeUpEngine

PORTAL = "https://portal.example.org"
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


def test_a_session_or_a_token_opens_it_and_nothing_else_does(client: FlaskClient, engine: MadeUpEngine) -> None:
    assert client.get(HANDSHAKE).status_code == 200
    engine.sessions.clear()
    answer = client.get(HANDSHAKE)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(HANDSHAKE, headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.get(HANDSHAKE, headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_who_never_signed_in_costs_the_engine_nothing(visitor: FlaskClient, engine: MadeUpEngine) -> None:
    assert visitor.get(HANDSHAKE).status_code == 401
    assert engine.asked == []


def test_an_engine_that_is_away_is_no_refusal(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("session", EngineError("unavailable", "the engine is not running"))
    answer = client.get(HANDSHAKE)
    assert (answer.status_code, answer.get_json()["detail"]) == (503, "the engine is not running")


@pytest.mark.parametrize(("origin", "status"), [("http://localhost", 200), ("https://evil.example", 403)])
def test_the_page_of_another_site_is_turned_away(client: FlaskClient, origin: str, status: int) -> None:
    assert client.get(HANDSHAKE, headers={"Origin": origin}).status_code == status


def test_the_number_of_sockets_has_limits(config: Config, engine: MadeUpEngine) -> None:
    few = Config(secret_key=config.secret_key, page=config.page, user_sockets=2)
    client = create_app(few, engine).test_client()
    client.post("/api/v1/sessions", json={"username": "ann", "password": "right"})
    assert [client.get(HANDSHAKE).status_code for _ in range(3)] == [200, 200, 429]
    client.post("/api/v1/sessions", json={"username": "bob", "password": "right"})
    assert client.get(HANDSHAKE).status_code == 200


def test_they_may_be_opened_so_often(config: Config, engine: MadeUpEngine) -> None:
    seldom = Config(secret_key=config.secret_key, page=config.page, rate=("sockets=2/minute",))
    client = create_app(seldom, engine).test_client()
    client.post("/api/v1/sessions", json={"username": "ann", "password": "right"})
    assert [client.get(HANDSHAKE).status_code for _ in range(3)] == [200, 200, 429]


def test_who_knows_the_id_of_a_socket_is_not_yet_its_owner(client: FlaskClient) -> None:
    address = f"{HANDSHAKE}&sid={msgspec.json.decode(client.get(HANDSHAKE).text[1:])['sid']}"
    nobody, bob = (client.application.test_client() for _ in range(2))
    bob.post("/api/v1/sessions", json={"username": "bob", "password": "right"})
    for other in (nobody, bob):
        assert other.get(address).status_code == 403
        assert other.post(address, data="40").get_json()["detail"] == "This socket belongs to another session."
    assert client.post(address, data="40").status_code == 200


def test_all_else_goes_by(visitor: FlaskClient) -> None:
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get(f"{HANDSHAKE}&sid=unknown").status_code == 400


def test_a_page_of_a_site_of_the_list_may_poll_and_no_other(config: Config, engine: MadeUpEngine) -> None:
    ours = create_app(msgspec.structs.replace(config, origins=(PORTAL,)), engine).test_client()
    asks = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "Authorization"}
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    before = ours.options(HANDSHAKE, headers=asks | {"Origin": PORTAL})
    assert (before.status_code, before.headers["Access-Control-Allow-Origin"]) == (204, PORTAL)
    assert "Authorization" in before.headers["Access-Control-Allow-Headers"]
    opened = ours.get(HANDSHAKE, headers=bearer | {"Origin": PORTAL})
    address = f"{HANDSHAKE}&sid={msgspec.json.decode(opened.text[1:])['sid']}"
    for answer in (
        opened,
        ours.options(address, headers=asks | {"Origin": PORTAL}),
        ours.post(address, data="40", headers=bearer | {"Origin": PORTAL}),
        ours.get(address, headers=bearer | {"Origin": PORTAL}),
        ours.get(HANDSHAKE, headers={"Origin": PORTAL}),  # refused, and the page may know why
    ):
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [PORTAL]
    for other in (f"{PORTAL}.evil.example", "null"):
        for asked in (HANDSHAKE, address):
            answer = ours.options(asked, headers=asks | {"Origin": other})
            assert "Access-Control-Allow-Origin" not in answer.headers
        assert ours.get(HANDSHAKE, headers=bearer | {"Origin": other}).status_code == 403
