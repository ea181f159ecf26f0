import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/", "/assets/index-1a2b.js", "/healthz", "/api/v1/me", "/nothing"])
def test_every_answer_says_what_the_browser_may_do(visitor: FlaskClient, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "frame-src 'self'" in headers["Content-Security-Policy"]  # the report, shown in the page
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert headers["Referrer-Policy"] == "no-referrer"


def test_only_over_tls_the_browser_is_told_to_use_nothing_else(visitor: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in visitor.get("/").headers
    answer = visitor.get("/", base_url="https://localhost")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
