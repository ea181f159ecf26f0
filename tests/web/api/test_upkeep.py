from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine


def test_they_are_the_engine_s(client: FlaskClient, engine: MadeUpEngine) -> None:
    for call in ("queue", "cleanup", "audit"):
        engine.answers[call] = lambda _: {"waiting": []}
    assert client.get("/api/v1/queue").json == {"waiting": []}
    assert client.get("/api/v1/cleanup").json == {"waiting": []}
    assert engine.asked[-1][1]["is_dry"] is True
    assert client.post("/api/v1/cleanup", headers=HEADERS).json == {"waiting": []}
    assert "is_dry" not in engine.asked[-1][1]
    assert client.get("/api/v1/audit?who=ann&cursor=9&limit=2&until=2026-01-02T03:04:05%2B01:00").status_code == 200
    asked = {name: value for name, value in engine.asked[-1][1].items() if name not in ("session", "address")}
    assert asked == {"who": "ann", "before": 9, "limit": 2, "until": "2026-01-02T03:04:05+01:00"}
    assert client.get("/api/v1/audit?nobody=1").get_json()["field"] == "nobody"


def test_an_administrator_is_told_what_is_wrong_from_anywhere(client: FlaskClient, engine: MadeUpEngine) -> None:
    figures = {"uptime_s": 7.5, "memory_bytes": 1, "jobs": {"waiting": 2, "running": 1}, "socket": {"connections": 3}}
    engine.answers |= {
        "queue": lambda _: {},
        "metrics": lambda _: figures,
        "health": lambda _: {"status": "ready", "network": "small@1", "checks": {"store": "no disk"}},
    }
    found = client.get("/api/v1/checks", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).get_json()
    assert (found["status"], found["checks"]["store"], found["checks"]["engine"]) == ("failed", "no disk", "ok")
    assert (found["network"], found["waiting"], found["running"], found["connections"]) == ("small@1", 2, 1, 3)
    engine.fails("queue", EngineError("forbidden", "ann is no administrator"))
    assert client.get("/api/v1/checks").status_code == 403
