from collections.abc import Iterator

import msgspec
import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from backend.config import Config
from backend.engine import EngineError
from backend.web import create_app
from tests.web.conftest import MadeUpEngine
from tests.web.real import Town, town

TOKEN = "a token of sixteen"
STRANGER = {"REMOTE_ADDR": "192.0.2.1"}
Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def figures(client: FlaskClient) -> Figures:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {(one.name, tuple(sorted(one.labels.items()))): one.value for each in families for one in each.samples}


def value(found: Figures, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0)


def test_requests_are_counted_by_route_and_not_by_address(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("health", EngineError("unavailable", "the engine is not running"))
    engine.fails("job", EngineError("not_found", "there is no such job"))
    for path in ("/api/v1/jobs/1", "/api/v1/jobs/2", "/nothing/1", "/nothing/2"):
        client.get(path)
    found = figures(client)
    routes = {dict(labels)["route"] for name, labels in found if name == "tsim_requests_total"}
    assert {"/api/v1/jobs/<job>", "none"} <= routes
    assert not [route for route in routes if "nothing" in route or route.endswith("/1")]
    assert value(found, "tsim_requests_total", method="none", route="none", status="404") == 2
    assert value(found, "tsim_request_seconds_count", route="/api/v1/jobs/<job>") == 2
    assert value(found, "tsim_engine_up") == 0


def test_they_are_for_this_machine_or_who_has_the_token(config: Config, engine: MadeUpEngine) -> None:
    client = create_app(msgspec.structs.replace(config, metrics_token=TOKEN), engine).test_client()
    engine.fails("health", EngineError("unavailable", "the engine is not running"))
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base=STRANGER).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    for token, status in ((TOKEN, 200), ("another of sixteen", 403), ("", 403), ("ä", 403)):
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/metrics", headers=headers, environ_base=STRANGER).status_code == status
    none = create_app(config, engine).test_client()
    assert none.get("/metrics", headers={"Authorization": "Bearer "}, environ_base=STRANGER).status_code == 403


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.mark.serial
def test_the_engine_tells_its_own(place: Town) -> None:
    client = place.app.test_client()
    name = place.person()
    before = figures(client)
    place.job(place.bearer(name))
    client.post("/api/v1/sessions", json={"username": name, "password": "wrong"})
    after = figures(client)
    assert value(after, "tsim_engine_up") == value(after, "tsim_engine_check", check="store") == 1

    def more(figure: str, **labels: str) -> float:
        return value(after, figure, **labels) - value(before, figure, **labels)

    assert more("tsim_sign_ins_total", outcome="wrong") == 1
    assert more("tsim_phase_seconds_count", phase="predict") >= 1
    assert sum(number for (figure, _), number in after.items() if figure == "tsim_verdicts_total") >= 2
    assert more("tsim_jobs_total", status="succeeded") >= 1
    assert value(after, "tsim_engine_memory_bytes") > 0
    assert (value(after, "tsim_sockets"), value(after, "tsim_queue", state="waiting")) == (0, 0)
