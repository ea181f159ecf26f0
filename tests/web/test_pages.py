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


HTML = {"Accept": "text/html,*/*;q=0.8"}
PAGE = '<script src="./assets/index-1a2b.js"></script>'


@pytest.mark.parametrize(
    ("address", "up"),
    [
        ("/", "./"),
        ("/jobs", "./"),
        ("/jobs/17", "../"),
        ("/network/routers/hq-gw", "../../"),
        ("/admin/queue", "../"),
    ],
)
def test_an_address_of_the_application_is_the_page_with_its_files(
    visitor: FlaskClient, config: Config, address: str, up: str
) -> None:
    Path(config.page / "index.html").write_text(PAGE)
    answer = visitor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert f'src="{up}assets/index-1a2b.js"' in answer.text
    assert visitor.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_people_get_the_page_where_nothing_is_and_programs_a_problem(visitor: FlaskClient, config: Config) -> None:
    Path(config.page / "index.html").write_text(PAGE)
    for address in ("/nothing", "/nothing/at/all"):
        page = visitor.get(address, headers=HTML)
        assert (page.status_code, page.mimetype) == (404, "text/html")
        assert visitor.get(address).get_json()["detail"] == f"There is nothing at {address}."
    assert visitor.get("/api/v1/nothing", headers=HTML).mimetype == "application/problem+json"


def test_a_page_that_is_not_built_says_how(visitor: FlaskClient, config: Config) -> None:
    Path(config.page / "index.html").unlink()
    answer = visitor.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.get_json()["detail"]
