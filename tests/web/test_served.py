"""The REST surface as gunicorn serves it, with both kinds of workers and a real engine: what people and scripts do."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import msgspec
import pytest

from backend.config import environment
from tests.cli.test_serve import free_port
from tests.crash.family import children
from tests.waiting import wait_for
from tests.web.real import PASSWORD, QUESTION, Answer, Town, asked, town

pytestmark = pytest.mark.serial
FORM = {"source_ip": "10.0.1.50", "dest_ip": "10.0.2.50", "port_mode": "quick", "quick_ports": "ssh"}
TRACE = b'{"path": [{"name": "gw-a", "is_router": true}, {"name": "gw-b", "is_router": true}]}'
PART = '--edge\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
START = [sys.executable, "-m", "gunicorn", "-c", "python:backend.gunicorn_config", "backend.wsgi:app"]


class Web:
    def __init__(self, place: Town, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.place = place
        self.process = process
        self.port = port

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        return asked(("127.0.0.1", self.port), method, path, body, **headers)

    def is_up(self) -> bool:
        try:
            return self.ask("GET", "/readyz").status == 200
        except OSError:
            return False


@pytest.fixture(scope="module", params=["eventlet", "gthread"])
def web(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("served")
    with town(folder) as place:
        port = free_port()
        config = msgspec.structs.replace(place.engine.config, bind=f"127.0.0.1:{port}", worker_class=request.param)
        with (folder / "web.log").open("wb") as log:
            process = subprocess.Popen(START, env=environment(config), stdout=log, stderr=log)
        served = Web(place, process, port)
        try:
            wait_for(served.is_up, "the web")
            yield served
        finally:
            process.terminate()
            process.wait(60)


def form_with_file(trace: str) -> bytes:
    parts = [PART.format(name=name, more="", value=value) for name, value in FORM.items()]
    parts.append(PART.format(name="user_trace_data", more='; filename="../../etc/trace.json"', value=trace))
    return ("".join(parts) + "--edge--\r\n").encode()


@pytest.mark.root
def test_as_before_a_form_signs_in_a_form_submits_and_the_report_comes(web: Web) -> None:
    name = web.place.person()
    form = urlencode({"username": name, "password": PASSWORD}).encode()
    signed = web.ask("POST", "/cgi-bin/login.py", form, Content_Type="application/x-www-form-urlencoded")
    assert (signed.status, signed.headers["location"]) == (308, "/api/login")
    signed = web.ask("POST", "/api/login", form, Content_Type="application/x-www-form-urlencoded")
    assert (signed.status, signed.json["username"]) == (200, name)
    cookie = signed.headers["set-cookie"].partition(";")[0]
    content = "multipart/form-data; boundary=edge"
    taken = web.ask("POST", "/api/main", form_with_file(TRACE.decode()), Content_Type=content, Cookie=cookie)
    assert taken.status == 202, taken.body
    run = taken.json["run_id"]
    stream = web.ask("GET", f"/api/progress-stream?run_id={run}", Cookie=cookie)
    assert stream.headers["content-type"].startswith("text/event-stream")
    progress = web.ask("GET", f"/api/progress?run_id={run}", Cookie=cookie).json
    assert (progress["status"], progress["percent"], progress["is_complete"]) == ("succeeded", 100, True)
    assert [event["seq"] for event in progress["events"]] == list(range(1, len(progress["events"]) + 1))
    assert stream.body.count(b"\nid: ") + stream.body.startswith(b"id: ") == len(progress["events"])
    result = web.ask("GET", f"/api/v1/jobs/{run}/result", Cookie=cookie).json
    assert result["services"][0]["verdict"] == "denied_forward"
    assert msgspec.json.decode(TRACE) == result["asked"]["trace"]
    pdf = web.ask("GET", f"/api/pdf?id={run}", Cookie=cookie)
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body.startswith(b"%PDF-")
    part = web.ask("GET", f"/api/pdf?id={run}", Cookie=cookie, Range="bytes=0-99")
    assert (part.status, part.body) == (206, pdf.body[:100])
    assert web.ask("POST", "/api/logout", Cookie=cookie).json == {"success": True}
    assert web.ask("GET", f"/api/pdf?id={run}", Cookie=cookie).status == 401


def test_a_script_with_a_token_submits_once_however_often_it_asks(web: Web) -> None:
    bearer = f"Bearer {web.place.token(web.place.person())}"
    taken = [
        web.ask("POST", "/api/v1/jobs", QUESTION, Authorization=bearer, Idempotency_Key="nightly") for _ in range(3)
    ]
    assert {each.status for each in taken} == {202}
    (address,) = {each.headers["location"] for each in taken}
    wait_for(lambda: web.ask("GET", address, Authorization=bearer).json["status"] == "succeeded", "the test")
    paths = web.ask("GET", f"{address}/path.json?service=icmp", Authorization=bearer).json
    assert [hop["name"] for hop in paths["forward"]["path"]][:2] == ["gw-a", "gw-b"]
    assert web.ask("GET", f"{address}/path.svg", Authorization=bearer).body.startswith(b"<svg")
    tag = web.ask("GET", address, Authorization=bearer).headers["etag"]
    assert web.ask("GET", address, Authorization=bearer, If_None_Match=tag).status == 304


def test_one_too_many_is_told_when_to_come_again(web: Web) -> None:
    bearer = f"Bearer {web.place.token(web.place.person())}"
    statuses: list[int] = []
    refused = None
    while refused is None and len(statuses) < 200:
        taken = web.ask("POST", "/api/v1/jobs", QUESTION | {"mode": "prove"}, Authorization=bearer)
        statuses.append(taken.status)
        refused = taken if taken.status == 429 else None
    assert refused is not None, statuses
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["content-type"] == "application/problem+json"
    for job in web.ask("GET", "/api/v1/jobs?limit=100", Authorization=bearer).json["jobs"]:
        web.ask("POST", f"/api/v1/jobs/{job['id']}/cancel", Authorization=bearer)


def test_a_body_that_is_too_large_is_refused_and_the_next_one_is_answered(web: Web) -> None:
    bearer = f"Bearer {web.place.token(web.place.person())}"
    huge = QUESTION | {"trace": "x" * 300_000}
    assert web.ask("POST", "/api/v1/jobs", huge, Authorization=bearer).status == 413
    # Each of these letters takes six on the way to the engine, which takes less than that.
    content = "multipart/form-data; boundary=edge"
    odd = form_with_file("\1" * 200_000)
    refused = web.ask("POST", "/api/main", odd, Authorization=bearer, Content_Type=content)
    assert (refused.status, refused.json["title"]) == (413, "Request Entity Too Large")
    assert web.ask("GET", "/api/v1/me", Authorization=bearer).status == 200


def test_a_reload_changes_the_web_and_not_the_test(web: Web) -> None:
    bearer = f"Bearer {web.place.token(web.place.person())}"
    address = web.ask("POST", "/api/v1/jobs", QUESTION, Authorization=bearer).headers["location"]
    before = children(web.process.pid)
    statuses: set[int] = set()
    web.process.send_signal(signal.SIGHUP)

    def is_another() -> bool:
        statuses.add(web.ask("GET", address, Authorization=bearer).status)
        return not before & children(web.process.pid)

    wait_for(is_another, "another worker")
    assert statuses == {200}
    assert web.ask("GET", address, Authorization=bearer).status == 200


def test_pages_that_are_read_offline_are_there(web: Web) -> None:
    page = web.ask("GET", "/api/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert b"/api/v1/jobs/{job}/report.pdf" in page.body
