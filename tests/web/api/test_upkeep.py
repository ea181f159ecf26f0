from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, MadeUpEngine


def test_they_are_the_engine_s(client: FlaskClient, engine: MadeUpEngine) -> None:
    for call in ("queue", "cleanup", "audit"):
        engine.answers[call] = lambda _: {"waiting": []}
    assert client.get("/api/v1/queue").json == {"waiting": []}
    assert client.post("/api/v1/cleanup", headers=HEADERS).json == {"waiting": []}
    assert client.get("/api/v1/audit?who=ann&cursor=9&limit=2&until=2026-01-02T03:04:05%2B01:00").status_code == 200
    asked = {name: value for name, value in engine.asked[-1][1].items() if name not in ("session", "address")}
    assert asked == {"who": "ann", "before": 9, "limit": 2, "until": "2026-01-02T03:04:05+01:00"}
    assert client.get("/api/v1/audit?nobody=1").get_json()["field"] == "nobody"
