from flask.testing import FlaskClient

from backend.config import Config
from backend.web import create_app
from backend.wire.services import read_services
from tests.web.conftest import MadeUpEngine


def test_services_to_choose_from_have_ports_and_words(client: FlaskClient) -> None:
    services = client.get("/api/v1/services").get_json()["services"]
    assert {
        "name": "ssh",
        "title": "SSH",
        "ports": "22/tcp",
        "description": "Secure shell, SFTP",
        "group": "remote",
    } in (services)


def test_what_a_test_may_be_about_is_as_it_is_set(config: Config, engine: MadeUpEngine) -> None:
    client = create_app(config, engine).test_client()
    client.post("/api/v1/sessions", json={"username": "ann", "password": "right"})
    found = client.get("/api/v1/test-config").get_json()
    assert (found["max_services"], found["timeout"]) == (config.max_services, config.job_seconds)
    assert set(found["trace_options"]) == {"max_hops", "packet_size", "protocol"}
    assert set(found["available_ports"]) == {"quick", "common", "custom"}
    assert len(found["available_ports"]["quick"]) > 40
    for ports in (*found["available_ports"]["common"], found["available_ports"]["custom"]):
        assert read_services(ports)


def test_nobody_is_told_without_a_session_that_lives(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.sessions.clear()
    assert client.get("/api/v1/services").status_code == 401
    assert client.get("/api/v1/test-config").status_code == 401
