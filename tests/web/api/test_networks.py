import pytest
from flask.testing import FlaskClient

from tests.web.conftest import HEADERS, MadeUpEngine


def test_networks_and_topology_come_from_the_engine(client: FlaskClient, engine: MadeUpEngine) -> None:
    assert client.get("/api/v1/networks").json == {"networks": []}
    assert client.get("/api/v1/topology").json == engine.answers["topology"]({})
    assert client.get("/api/v1/routers").json == engine.answers["topology"]({})
    assert client.get("/api/v1/routers/gw-a").json == {"name": "gw-a"}
    missing = client.get("/api/v1/routers/gw-z")
    assert (missing.status_code, missing.get_json()["field"]) == (404, "router")


@pytest.mark.parametrize(
    ("path", "form", "type_"),
    [
        ("topology/layout", "json", "application/json"),
        ("topology.svg", "svg", "image/svg+xml"),
        ("topology.png", "png", "image/png"),
    ],
)
def test_a_map_is_drawn_by_the_engine(
    client: FlaskClient, engine: MadeUpEngine, path: str, form: str, type_: str
) -> None:
    engine.answers["map"] = lambda params: {"drawn": f"{params['form']} of {params['network']}".encode()}
    answer = client.get(f"/api/v1/{path}?network=small@1")
    assert (answer.mimetype, answer.data) == (type_, f"{form} of small@1".encode())


def test_which_network_is_meant_is_said_to_the_engine(client: FlaskClient, engine: MadeUpEngine) -> None:
    client.get("/api/v1/topology?network=small@1234")
    assert engine.asked[-1][1]["network"] == "small@1234"
    engine.answers["diagnostics"] = lambda params: params
    assert client.get("/api/v1/networks/active/diagnostics").get_json()["network"] == ""
    assert client.get("/api/v1/networks/small@1/diagnostics").get_json()["network"] == "small@1"


def test_a_network_is_found_by_its_label_or_as_the_active_one(client: FlaskClient, engine: MadeUpEngine) -> None:
    kept = [{"label": "a@1", "is_active": False}, {"label": "b@2", "is_active": True}]
    engine.answers["networks"] = lambda _: {"networks": [], "kept": kept}
    assert client.get("/api/v1/networks/a@1").json == kept[0]
    assert client.get("/api/v1/networks/active").json == kept[1]
    assert client.get("/api/v1/networks/c@3").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("POST", "/api/v1/networks/reload", "reload"),
        ("POST", "/api/v1/networks/a@1/activate", "activate"),
        ("DELETE", "/api/v1/networks/a@1", "remove_network"),
    ],
)
def test_a_change_is_the_engine_s(client: FlaskClient, engine: MadeUpEngine, method: str, path: str, call: str) -> None:
    engine.answers[call] = lambda _: {"active": "a@1"}
    assert client.open(path, method=method, headers=HEADERS).json == {"active": "a@1"}
    assert engine.asked[-1][0] == call
    assert engine.asked[-1][1].get("network", "a@1") == "a@1"


def test_answers_of_the_api_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/api/v1/topology").headers["Cache-Control"] == "no-store"
