from flask import Flask

from backend.web.engine import answer, ask
from tests.web.conftest import MadeUpEngine


def test_the_engine_of_the_serving_app_is_asked(engine: MadeUpEngine) -> None:
    app = Flask(__name__)
    app.extensions["tsim_engine"] = engine
    with app.app_context():
        assert ask("trace", {"ttl": 1}) == b'{"echo":{"ttl":1}}'
        assert answer("networks").mimetype == "application/json"
    assert [name for name, _ in engine.asked] == ["trace", "networks"]
