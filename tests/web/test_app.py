from pathlib import Path

from backend.config import Config
from backend.web import create_app
from tests.web.conftest import MadeUpEngine


def test_building_the_app_starts_nothing_and_asks_nobody(config: Config, engine: MadeUpEngine) -> None:
    create_app(config, engine)
    assert engine.asked == []
    assert not config.state.exists()


def test_two_apps_in_one_process_do_not_share_sessions(config: Config, engine: MadeUpEngine, tmp_path: Path) -> None:
    one = create_app(config, engine).test_client()
    other = create_app(Config(secret_key="another key for tests", page=config.page), MadeUpEngine()).test_client()
    one.post("/api/v1/sessions", json={"username": "ann", "password": "right"})
    cookie = one.get_cookie("tsim_session")
    assert cookie is not None
    other.set_cookie("tsim_session", cookie.value)
    assert other.get("/api/v1/me").status_code == 401


def test_behind_tls_the_session_goes_over_nothing_else(engine: MadeUpEngine) -> None:
    app = create_app(Config(secret_key="a key for tests only", secure_cookies=True), engine)
    answer = app.test_client().post("/api/v1/sessions", json={"username": "ann", "password": "right"})
    assert "Secure" in answer.headers["Set-Cookie"]
