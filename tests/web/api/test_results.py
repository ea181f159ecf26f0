import base64

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import MadeUpEngine

PDF = b"%PDF-" + bytes(range(256)) * 4
SERVICES = [
    {"port": 443, "protocol": "tcp", "verdict": "accepted", "forward": {"path": [1]}, "return": None},
    {"port": None, "protocol": "icmp", "verdict": "denied_in", "forward": {"path": [2]}, "return": {"path": [3]}},
]


@pytest.fixture(autouse=True)
def answers(engine: MadeUpEngine) -> None:
    engine.answers["report"] = lambda params: {"job": params["job"], "pdf": base64.b64encode(PDF).decode()}
    engine.answers["picture"] = lambda params: {"drawn": f"{params['form']} of {params['service']}".encode()}
    engine.answers["result"] = lambda _: {"prediction": {"services": SERVICES}, "proof": None}


def test_a_report_is_shown_or_saved_and_our_page_may_show_it_inside(client: FlaskClient) -> None:
    answer = client.get("/api/v1/jobs/12ab/report.pdf")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "application/pdf", PDF)
    assert answer.headers["Content-Disposition"] == 'inline; filename="tsim-12ab.pdf"'
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    saved = client.get("/api/v1/jobs/12ab/report.pdf?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/api/v1/jobs/12ab/report.pdf?download=maybe").status_code == 422


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, len(PDF) - 1), ("bytes=-5", len(PDF) - 5, None)],
)
def test_a_report_is_read_in_parts(client: FlaskClient, asked: str, first: int, last: int | None) -> None:
    last = len(PDF) - 1 if last is None else last
    answer = client.get("/api/v1/jobs/1/report.pdf", headers={"Range": asked})
    assert (answer.status_code, answer.data) == (206, PDF[first : last + 1])
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(PDF)}"
    other = client.get("/api/v1/jobs/1/report.pdf", headers={"Range": asked, "If-Range": '"another"'})
    assert (other.status_code, other.data) == (200, PDF)


def test_a_part_that_is_not_there_is_told_how_long_it_is(client: FlaskClient) -> None:
    answer = client.get("/api/v1/jobs/1/report.pdf", headers={"Range": "bytes=9999-"})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{len(PDF)}")


def test_a_report_that_is_known_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/api/v1/jobs/1/report.pdf").headers["ETag"]
    assert client.get("/api/v1/jobs/1/report.pdf", headers={"If-None-Match": tag}).status_code == 304


def test_paths_are_those_of_the_service_that_is_named_or_of_the_first(
    client: FlaskClient, engine: MadeUpEngine
) -> None:
    first = client.get("/api/v1/jobs/1/path.json").get_json()
    assert (first["port"], first["by"], first["forward"], first["back"]) == (443, "prediction", {"path": [1]}, None)
    named = client.get("/api/v1/jobs/1/path.json?service=icmp").get_json()
    assert (named["protocol"], named["back"]) == ("icmp", {"path": [3]})
    engine.answers["result"] = lambda _: {"prediction": {"services": []}, "proof": {"services": SERVICES}}
    assert client.get("/api/v1/jobs/1/path.json").get_json()["by"] == "proof"
    missing = client.get("/api/v1/jobs/1/path.json?service=22/tcp")
    assert (missing.status_code, missing.get_json()["field"]) == (404, "service")
    assert "443/tcp, icmp" in missing.get_json()["detail"]


def test_a_report_is_had_in_parts_and_on_other_paper(client: FlaskClient, engine: MadeUpEngine) -> None:
    answer = client.get("/api/v1/jobs/12ab/report.pdf?part=443/tcp&paper=letter")
    assert answer.headers["Content-Disposition"] == 'inline; filename="tsim-12ab-443-tcp.pdf"'
    call, params = engine.asked[-1]
    assert (call, params["part"], params["paper"]) == ("report", "443/tcp", "letter")
    assert client.get("/api/v1/jobs/12ab/report.pdf?paper=a5").get_json()["field"] == "paper"


def test_a_result_is_a_table_too(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["table"] = lambda _: {"drawn": b"service,port"}
    answer = client.get("/api/v1/jobs/12ab/result.csv")
    assert (answer.mimetype, answer.data) == ("text/csv", b"service,port")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tsim-12ab.csv"'


def test_paths_have_their_places_where_those_are_asked_for(client: FlaskClient, engine: MadeUpEngine) -> None:
    engine.answers["picture"] = lambda params: {"drawn": f'{{"of": "{params["service"]} {params["form"]}"}}'.encode()}
    assert client.get("/api/v1/jobs/1/path.json?layout=1").get_json()["layout"] == {"of": "443/tcp json"}
    assert "layout" not in client.get("/api/v1/jobs/1/path.json").get_json()
    client.get("/api/v1/jobs/1/path.json?layout=1&width=300")
    assert engine.asked[-1][1]["width"] == 300
    assert client.get("/api/v1/jobs/1/path.json?layout=1&width=20").get_json()["field"] == "width"


@pytest.mark.parametrize(("form", "type_"), [("svg", "image/svg+xml"), ("png", "image/png")])
def test_a_picture_is_drawn_by_the_engine(client: FlaskClient, form: str, type_: str) -> None:
    answer = client.get(f"/api/v1/jobs/1/path.{form}?service=443/tcp")
    assert (answer.mimetype, answer.data) == (type_, f"{form} of 443/tcp".encode())
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_result_is_the_engine_s_with_a_tag(client: FlaskClient) -> None:
    answer = client.get("/api/v1/jobs/1/result")
    assert answer.get_json()["prediction"] == {"services": SERVICES}
    assert client.get("/api/v1/jobs/1/result", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
