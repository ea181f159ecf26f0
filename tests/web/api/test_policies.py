from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import HEADERS, MadeUpEngine

POLICY = "- 10.0.1.0/24 must reach 10.0.2.50 on 22\n"


def test_a_policy_goes_to_the_engine_with_the_network_that_it_is_about(client: FlaskClient) -> None:
    answer = client.post("/api/v1/policies/check?network=x@1", json={"policy": POLICY}, headers=HEADERS)
    assert answer.status_code == 200
    echo = answer.get_json()["echo"]
    assert (echo["policy"], echo["network"]) == (POLICY, "x@1")


def test_a_mistake_in_it_is_told_with_its_line(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("check", EngineError("bad_value", "line 1: 'x' is not understood", "policy"))
    answer = client.post("/api/v1/policies/check", json={"policy": "- x"}, headers=HEADERS)
    assert (answer.status_code, answer.get_json()["field"]) == (422, "policy")
    assert answer.get_json()["detail"] == "line 1: 'x' is not understood"
