import msgspec
import pytest
from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine

QUESTION = {"source": "a", "destination": "b", "services": "22/tcp", "mode": "predict", "priority": "low"}


def test_a_test_is_taken_and_where_it_is_is_told(client: FlaskClient, engine: MadeUpEngine) -> None:
    answer = client.post("/api/v1/jobs", json=QUESTION, headers=HEADERS)
    assert (answer.status_code, answer.headers["Location"]) == (202, "/api/v1/jobs/1234")
    assert engine.asked[-1][1]["question"] == QUESTION
    assert "key" not in engine.asked[-1][1]
    below = client.post("/api/v1/jobs", json=QUESTION, headers=HEADERS, environ_overrides={"SCRIPT_NAME": "/tsim"})
    assert below.headers["Location"] == "/tsim/api/v1/jobs/1234"


@pytest.mark.parametrize(("key", "status"), [("nightly 7", 202), ("x" * 255, 202), ("x" * 256, 422), ("", 422)])
def test_a_key_goes_along(client: FlaskClient, engine: MadeUpEngine, key: str, status: int) -> None:
    answer = client.post("/api/v1/jobs", json=QUESTION, headers=HEADERS | {"Idempotency-Key": key})
    assert answer.status_code == status
    if status == 202:
        assert engine.asked[-1][1]["key"] == key
    else:
        assert answer.get_json()["field"] == "Idempotency-Key"


def test_who_has_too_many_is_told_when_to_come_again(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("submit", EngineError("busy", "ann has 50 jobs", retry_after_s=6.2))
    answer = client.post("/api/v1/jobs", json=QUESTION, headers=HEADERS)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.get_json()["title"] == "Too Many Requests"


def test_a_list_is_asked_with_what_was_said(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["jobs"] = lambda params: {"jobs": [], "next": None}
    client.get("/api/v1/jobs?status=failed&since=2026-01-02T03:04:05Z&cursor=17&limit=5&user=bob&verdict=loop&q=a+b")
    asked = {name: value for name, value in engine.asked[-1][1].items() if name not in ("session", "address")}
    assert asked == {
        "status": "failed",
        "since": "2026-01-02T03:04:05Z",
        "before": 17,
        "limit": 5,
        "user": "bob",
        "verdict": "loop",
        "q": "a b",
    }


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "limit=0",
        "limit=501",
        "cursor=-1",
        "since=yesterday",
        "since=5",
        "since=1e9",
        "since=2026-01-02T03:04:05",
        "a=1",
        "status=null",
        "verdict=lost",
        f"q={'x' * 201}",
    ],
)
def test_a_wrong_filter_is_named(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/api/v1/jobs?{query}")
    assert (answer.status_code, answer.get_json()["field"]) == (422, query.partition("=")[0])


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["job"] = lambda _: {"id": "1234", "status": "running"}
    first = client.get("/api/v1/jobs/1234")
    tag = first.headers["ETag"]
    again = client.get("/api/v1/jobs/1234", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "no-store" not in first.headers["Cache-Control"]
    engine.answers["job"] = lambda _: {"id": "1234", "status": "succeeded"}
    assert client.get("/api/v1/jobs/1234", headers={"If-None-Match": tag}).status_code == 200


def test_a_test_is_cancelled_removed_and_its_events_are_read(client: FlaskClient, engine: MadeUpEngine) -> None:
    for call in ("cancel", "remove", "events"):
        engine.answers[call] = lambda params: {"job": params["job"]}
    assert client.post("/api/v1/jobs/1234/cancel", headers=HEADERS).json == {"job": "1234"}
    assert client.delete("/api/v1/jobs/1234", headers=HEADERS).status_code == 204
    assert client.get("/api/v1/jobs/1234/events?after=3").json == {"job": "1234"}
    assert (engine.asked[-1][0], engine.asked[-1][1]["after"]) == ("events", 3)
    assert msgspec.json.decode(client.get("/api/v1/jobs/1234/events?after=x").data)["field"] == "after"
