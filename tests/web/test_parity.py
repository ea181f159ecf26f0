"""The fields of the tester before, with an engine made up for the test."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine

MANUAL = {"source_ip": "10.1.1.50", "dest_ip": "10.2.1.50", "port_mode": "manual", "dest_ports": "22/tcp,80"}
TRACE = '{"path": [{"name": "hq-gw"}]}'


@pytest.mark.parametrize("kind", ["json", "data"])
def test_login_takes_json_and_forms_and_logout_ends_the_session(visitor: FlaskClient, kind: str) -> None:
    right: Any = {kind: {"username": "ann", "password": "right"}}
    answer = visitor.post("/api/login", **right)
    assert (answer.status_code, answer.get_json()["success"]) == (200, True)
    assert (answer.get_json()["username"], answer.get_json()["role"]) == ("ann", "user")
    assert visitor.get("/api/v1/me").status_code == 200
    cookie = visitor.get_cookie("tsim_session")
    assert visitor.post("/api/logout", headers=HEADERS).json == {"success": True}
    assert cookie is not None
    visitor.set_cookie("tsim_session", cookie.value)
    assert visitor.get("/api/v1/me").status_code == 401


def test_a_wrong_password_and_an_unknown_user_are_told_the_same(visitor: FlaskClient) -> None:
    answers = [visitor.post("/api/login", data={"username": name, "password": "x"}) for name in ("ann", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert len({answer.get_json()["detail"] for answer in answers}) == 1


@pytest.mark.parametrize("kind", ["json", "data"])
def test_a_test_is_submitted_by_hand(client: FlaskClient, engine: MadeUpEngine, kind: str) -> None:
    given: Any = {kind: MANUAL | {"source_port": "40000", "default_protocol": "udp", "user_trace_data": TRACE}}
    answer = client.post("/api/main", headers=HEADERS | {"Idempotency-Key": "k"}, **given)
    assert answer.status_code == 202
    assert answer.headers["Location"] == "/api/v1/jobs/1234"
    assert answer.json == {"success": True, "run_id": "1234", "redirect": "/jobs/1234"}
    assert client.application.url_map.bind("").match("/jobs/1234")[0] == "pages.index"
    call, asked = engine.asked[-1]
    assert (call, asked["key"]) == ("submit", "k")
    assert asked["question"] == {
        "source": "10.1.1.50",
        "destination": "10.2.1.50",
        "services": "22/tcp,80",
        "default_protocol": "udp",
        "source_port": "40000",
        "trace": TRACE,
    }


def test_a_trace_is_uploaded_and_empty_fields_of_a_form_are_not_filled_in(
    client: FlaskClient, engine: MadeUpEngine
) -> None:
    form = MANUAL | {"source_port": "", "user_trace_data": (io.BytesIO(TRACE.encode()), "../../trace.json")}
    assert client.post("/api/main", data=form, headers=HEADERS).status_code == 202
    question = engine.asked[-1][1]["question"]
    assert question["trace"] == TRACE
    assert "source_port" not in question


@pytest.mark.parametrize("kind", ["json", "data"])
def test_quick_ports_are_names_of_services_and_groups_or_ports(
    client: FlaskClient, engine: MadeUpEngine, kind: str
) -> None:
    chosen = {"port_mode": "quick", "quick_ports": ["dns", "web", "8000/tcp"], "dest_ports": "1/tcp"}
    given: Any = {kind: MANUAL | chosen}
    assert client.post("/api/main", headers=HEADERS, **given).status_code == 202
    services = engine.asked[-1][1]["question"]["services"]
    assert services == "53/tcp,53/udp,80/tcp,443/tcp,8080/tcp,8443/tcp,443/udp,8000/tcp"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source_ip": ""}, "source_ip"),
        ({"port_mode": "slow"}, "port_mode"),
        ({"port_mode": "quick"}, "quick_ports"),
        ({"dest_ports": " "}, "dest_ports"),
        ({"default_protocol": "sctp"}, "default_protocol"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_field_is_named_as_it_is_called_here(client: FlaskClient, changed: dict[str, str], field: str) -> None:
    answer = client.post("/api/main", json=MANUAL | changed, headers=HEADERS)
    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("field", "name"), [("source", "source_ip"), ("services", "dest_ports"), ("trace", "user_trace_data")]
)
def test_so_is_one_that_the_engine_finds_wrong(
    client: FlaskClient, engine: MadeUpEngine, field: str, name: str
) -> None:
    engine.fails("submit", EngineError("bad_value", f"{field}: 'x' is wrong", field))
    answer = client.post("/api/main", json=MANUAL, headers=HEADERS)
    assert (answer.status_code, answer.get_json()["field"]) == (422, name)
    assert answer.get_json()["detail"].startswith(f"{name}: 'x'")


def test_a_form_of_another_site_submits_nothing(client: FlaskClient) -> None:
    assert client.post("/api/main", data=MANUAL).status_code == 403


def test_progress_is_all_events_and_the_state(client: FlaskClient, engine: MadeUpEngine) -> None:
    now = {"status": "succeeded", "phase": "done", "reason": "", "snapshot": {"percent": 100}}
    engine.answers["job"] = lambda _: now
    engine.answers["events"] = lambda _: {"job": "1234", "events": [{"seq": 1}, {"seq": 2}]}
    found = client.get("/api/progress?run_id=1234").get_json()
    assert (found["success"], found["run_id"], found["is_complete"], found["percent"]) == (True, "1234", True, 100)
    assert found["events"] == [{"seq": 1}, {"seq": 2}]
    assert client.get("/api/progress").get_json()["field"] == "run_id"
    engine.answers["job"] = lambda _: now | {"status": "running"}
    assert client.get("/api/progress?run_id=1234").get_json()["is_complete"] is False


def test_a_report_is_the_one_of_today(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["report"] = lambda params: {"job": params["job"], "pdf": "JVBERi0="}
    answer = client.get("/api/pdf?id=1234")
    assert (answer.mimetype, answer.data) == ("application/pdf", b"%PDF-")
    assert client.get("/api/pdf?id=1234", headers={"Range": "bytes=0-1"}).data == b"%P"
    assert client.get("/api/pdf?id=1234&download=1").headers["Content-Disposition"].startswith("attachment")
    assert client.get("/api/pdf").get_json()["field"] == "id"


def test_what_was_tidied_has_the_names_of_before(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["cleanup"] = lambda _: {
        "sessions_removed": 1, "jobs_removed": 2, "reports_removed": 3, "networks_removed": 4, "audit_removed": 5,
        "bytes_freed": 6,
    }  # fmt: skip
    assert client.post("/api/cleanup", headers=HEADERS).json == {
        "success": True,
        "stats": {"sessions_removed": 1, "test_files_removed": 2, "pdf_files_removed": 3, "total_space_freed": 6},
    }


def test_services_and_limits_are_those_of_today(client: FlaskClient) -> None:
    for before, today in (("services-config", "services"), ("test-config", "test-config")):
        assert client.get(f"/api/{before}").json == client.get(f"/api/v1/{today}").json
