from flask.testing import FlaskClient

from backend.engine import EngineError
from tests.web.conftest import MadeUpEngine


def test_the_process_is_alive_whatever_the_engine_does(visitor: FlaskClient, engine: MadeUpEngine) -> None:
    engine.fails("health", EngineError("unavailable", "the engine is not running"))
    assert visitor.get("/healthz").json == {"status": "ok"}


def test_it_is_ready_only_with_an_engine(visitor: FlaskClient, engine: MadeUpEngine) -> None:
    assert visitor.get("/readyz").status_code == 200
    engine.fails("health", EngineError("unavailable", "the engine is not running (Connection refused)"))
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert "Connection refused" in answer.get_json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0
