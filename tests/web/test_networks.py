from flask.testing import FlaskClient


def test_networks_and_topology_come_from_the_engine(client: FlaskClient) -> None:
    assert client.get("/api/v1/networks").json == {"networks": []}
    assert client.get("/api/v1/topology").json == {"routers": []}


def test_answers_of_the_api_are_not_kept_by_browsers(client: FlaskClient) -> None:
    assert client.get("/api/v1/topology").headers["Cache-Control"] == "no-store"
