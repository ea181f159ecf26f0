from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.config import RATES, Config
from backend.engine import EngineError
from backend.web import create_app, rates, surface
from tests.live.redis import Redis
from tests.web.conftest import HEADERS, TOKEN, MadeUpEngine

Makes = Callable[..., FlaskClient]
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def limited(config: Config, engine: MadeUpEngine) -> Makes:
    def make(*rate: str, **changed: object) -> FlaskClient:
        return create_app(msgspec.structs.replace(config, rate=rate, **changed), engine).test_client()

    return make


def sign_in(client: FlaskClient, name: str = "ann", password: str = "right", address: str = "127.0.0.1") -> int:
    given = {"username": name, "password": password}
    return client.post("/api/v1/sessions", json=given, environ_base={"REMOTE_ADDR": address}).status_code


def test_every_kind_that_is_limited_is_served() -> None:
    served = {(route.method, route.path) for route in surface.routes()}
    assert set(rates.KINDS) <= served
    assert set(rates.KINDS.values()) | {"all", "sockets"} == set(rates.read_limits(rates.DEFAULT)) == set(RATES)


def test_who_asks_too_often_is_told_when_to_come_back(limited: Makes) -> None:
    client = limited("all=3/minute")
    answers = [client.get("/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"all";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"all";r=2;t=')
    last = answers[3]
    assert (last.content_type, last.get_json()["status"]) == ("application/problem+json", 429)
    assert 1 <= int(last.headers["Retry-After"]) <= 120
    assert "too often" in last.get_json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_signing_in_is_limited_by_address_whoever_one_says_that_one_is(limited: Makes) -> None:
    client = limited("sign-in=2/minute")
    assert [sign_in(client, name, "wrong") for name in ("ann", "bob", "eve")] == [401, 401, 429]
    assert client.post("/api/login", data={"username": "ann", "password": "right"}).status_code == 429
    assert sign_in(client, address="192.0.2.1") == 201
    assert client.get("/api/v1/me").status_code == 200


def test_a_user_has_one_share_for_all_sessions_and_tokens_and_others_have_their_own(
    limited: Makes, engine: MadeUpEngine
) -> None:
    client = limited("traces=3/minute")
    question = {"source": "a", "destination": "b"}
    elsewhere = client.application.test_client()
    bob = client.application.test_client()
    assert [sign_in(client), sign_in(elsewhere), sign_in(bob, "bob")] == [201, 201, 201]
    first, second, third = (
        one.post("/api/v1/traces", json=question, headers=headers).status_code
        for one, headers in ((client, HEADERS), (elsewhere, HEADERS), (elsewhere, BEARER))
    )
    assert (first, second, third) == (200, 200, 200)
    for one, headers in ((client, HEADERS), (elsewhere, HEADERS), (bob, BEARER)):
        assert one.post("/api/v1/traces", json=question, headers=headers).status_code == 429
    assert bob.post("/api/v1/traces", json=question, headers=HEADERS).status_code == 200
    assert client.get("/api/v1/me").status_code == 200


def test_who_makes_up_tokens_is_counted_by_address_and_asks_the_engine_no_more(
    limited: Makes, engine: MadeUpEngine
) -> None:
    client = limited("all=5/minute")
    statuses = [
        client.get("/api/v1/me", headers={"Authorization": f"Bearer wrong{number}"}).status_code for number in range(9)
    ]
    asked = len(engine.asked)
    assert statuses == [401] * 5 + [429] * 4
    client.get("/api/v1/me", headers={"Authorization": "Bearer another"})
    assert len(engine.asked) == asked


def test_one_customer_of_ipv6_is_one_and_others_are_others() -> None:
    one, same, other = "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"
    assert rates.address_key(one) == rates.address_key(same) != rates.address_key(other)


def test_it_can_be_turned_off_and_the_other_limits_stay_as_they_are(limited: Makes) -> None:
    assert "RateLimit" not in limited("off").get("/api/v1/me").headers
    assert limited("all=5/hour").get("/").headers["RateLimit-Policy"] == '"all";q=5;w=3600'
    assert limited("jobs=5/hour").get("/").headers["RateLimit-Policy"] == '"all";q=6000;w=60'


def test_while_the_engine_is_away_it_says_so_itself(limited: Makes, engine: MadeUpEngine) -> None:
    client = limited()
    engine.fails("session", EngineError("unavailable", "the engine is not running"))
    assert client.get("/api/v1/me", headers=BEARER).status_code == 503


def test_several_webs_count_together_in_redis_and_alone_while_it_is_away(limited: Makes, tmp_path: Path) -> None:
    server = Redis(tmp_path)
    server.start()
    try:
        one, other = (limited("all=4/minute", redis=server.url) for _ in range(2))
        statuses = [client.get("/api/v1/me").status_code for _ in range(3) for client in (one, other)]
        assert statuses == [401] * 4 + [429] * 2
    finally:
        server.kill()
    statuses = [client.get("/api/v1/me").status_code for _ in range(5) for client in (one, other)]
    assert statuses == [401] * 8 + [429] * 2


def test_what_is_remembered_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KNOWN", 100)
    memory = rates.Memory()
    assert [memory.incr("ann", 60) for _ in range(3)] == [1, 2, 3]
    for number in range(1000):
        memory.incr(f"address:{number}", 60)
    assert len(memory._windows) <= 100


def test_a_window_that_is_over_begins_again() -> None:
    memory = rates.Memory()
    assert [memory.incr("ann", 0) for _ in range(3)] == [1, 1, 1]
