from pathlib import Path

import pytest
from flask.testing import FlaskClient

from backend.config import Config


def test_the_page_is_asked_for_each_time_and_its_files_are_kept(visitor: FlaskClient) -> None:
    page = visitor.get("/")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert page.headers["Cache-Control"] == "no-cache"
    script = visitor.get("/assets/index-1a2b.js")
    assert script.mimetype == "text/javascript"
    assert "immutable" in script.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path", ["/assets/../../state/key", "/assets/%2e%2e/%2e%2e/state/key", "/..%2fstate%2fkey", "//etc/passwd", "/page"]
)
def test_nothing_beside_the_page_is_served(visitor: FlaskClient, config: Config, path: str) -> None:
    config.state.mkdir()
    (config.state / "key").write_text("secret")
    assert visitor.get(path).status_code in (301, 308, 404, 421)


def test_a_page_that_is_not_built_says_how(visitor: FlaskClient, config: Config) -> None:
    Path(config.page / "index.html").unlink()
    answer = visitor.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.get_json()["detail"]
