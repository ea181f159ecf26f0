import re

from flask.testing import FlaskClient


def test_the_description_and_its_page_need_nobody_and_nothing_else(visitor: FlaskClient) -> None:
    assert visitor.get("/api/v1/openapi.json").get_json()["openapi"].startswith("3.1")
    page = visitor.get("/api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', page.text)) == {"docs.css", "v1/openapi.json", "../icon.svg"}
    assert visitor.get("/api/docs.css").mimetype == "text/css"
    assert "/api/v1/jobs/{job}" in page.text
