"""What only gunicorn does, with both kinds of its workers: limits, reload, its end; and what stands in its log."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import msgspec
import pytest

from backend.config import Config, environment
from tests.engine.desk import PASSWORD, Desk
from tests.engine.process import engine
from tests.live.site import Web, web
from tests.small import write_small_network
from tests.waiting import wait_for
from tests.web.real import Answer, asked

pytestmark = pytest.mark.serial
UPGRADE = (
    "GET /tsim/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
POLLING = "/socket.io/?EIO=4&transport=polling"
EVENTS = "text/event-stream"
LAST_CHUNK = b"0\r\n\r\n"
UNENDING = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
QUESTION = {"source": "10.0.1.50", "destination": "10.0.2.50"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("gunicorn")
    page = place / "page"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html>\n")
    config = Config(
        facts=write_small_network(place / "small", [22]),
        state=place / "state",
        page=page,
        log_format="json",
        log_level="debug",
        root_path="/tsim",
        rate=("off",),
    )
    with engine(config, place / "engine.log") as running:
        yield Desk(running)


@pytest.fixture(scope="module", params=["eventlet", "gthread"])
def site(request: pytest.FixtureRequest, desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    config = msgspec.structs.replace(desk.engine.config, worker_class=request.param)
    with web(config, tmp_path_factory.mktemp(request.param) / "log") as running:
        yield running


@pytest.fixture(scope="module")
def slow(site: Web) -> Iterator[socket.socket]:
    """Somebody who begins a request and does not end it."""
    with socket.create_connection(site.address, timeout=60) as connection:
        connection.sendall(UNENDING)
        yield connection


def ask(site: Web, method: str, path: str, body: object = None, **headers: str) -> Answer:
    return asked(site.address, method, path, body, **headers)


def raw(site: Web, data: bytes) -> bytes:
    """What is answered to bytes, until the connection ends."""
    with socket.create_connection(site.address, timeout=30) as connection:
        connection.sendall(data)
        answer = b""
        while more := connection.recv(4096):
            answer += more
        return answer


def test_headers_and_addresses_that_are_too_long_are_refused(site: Web) -> None:
    for request in (
        b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"x" * 10_000),
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: %s\r\n\r\n" % (b"x" * 10_000),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % b"".join(b"X-%d: 1\r\n" % number for number in range(100)),
    ):
        assert raw(site, request).split()[1] in (b"400", b"414", b"431")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(site: Web) -> None:
    answer = ask(site, "POST", "/tsim/api/v1/sessions", b"{" + b" " * 300_000 + b"}")
    assert (answer.status, answer.json["status"]) == (413, 413)


def test_headers_that_do_not_end_keep_nobody_up(site: Web, slow: socket.socket) -> None:
    assert ask(site, "GET", "/healthz").status == 200


def test_what_anybody_says_of_themselves_is_not_believed(site: Web) -> None:
    answer = ask(
        site, "GET", "/tsim/", X_Forwarded_Proto="https", X_Forwarded_Ssl="on", X_Forwarded_Host="evil.example",
        SCRIPT_NAME="/evil", X_Forwarded_Prefix="/evil", X_Forwarded_For="127.0.0.1",
    )  # fmt: skip
    assert answer.status == 200
    assert "strict-transport-security" not in answer.headers
    assert ask(site, "GET", "/metrics", X_Forwarded_For="127.0.0.1").status == 403


def test_page_api_docs_and_sockets_work_under_a_path_of_their_own(site: Web, desk: Desk) -> None:
    person = desk.person()
    given = {"username": person.name, "password": PASSWORD}
    signed = ask(site, "POST", "/tsim/api/v1/sessions", given)
    assert "Path=/tsim/" in signed.headers["set-cookie"]
    cookie = signed.headers["set-cookie"].partition(";")[0]
    for path in ("/tsim/", "/tsim/api/docs", "/tsim/api/v1/openapi.json", "/tsim/api/v1/me", "/tsim/health"):
        assert ask(site, "GET", path, Cookie=cookie).status == 200, path
    opened = ask(site, "GET", f"/tsim{POLLING}", Cookie=cookie)
    assert (opened.status, opened.body[:1]) == (200, b"0")
    moved = ask(site, "GET", "/tsim/cgi-bin/main.py")
    assert moved.headers["location"] == "/tsim/api/main"
    job = ask(site, "POST", "/tsim/api/v1/jobs", QUESTION | {"services": "443/tcp", "mode": "predict"}, Cookie=cookie)
    assert job.headers["location"].startswith("/tsim/api/v1/jobs/")


def test_and_are_not_waited_for_for_long(slow: socket.socket) -> None:
    read_to_the_end(slow)


def opened_socket(site: Web, cookie: str) -> socket.socket:
    """A WebSocket, which nobody closes."""
    connection = socket.create_connection(site.address, timeout=60)
    connection.sendall(f"{UPGRADE}Host: {site.config.bind}\r\nCookie: {cookie}\r\n\r\n".encode())
    assert connection.recv(4096).startswith(b"HTTP/1.1 101 ")
    return connection


def begun(site: Web, cookie: str, request: str, body: str = "", accept: str = "*/*") -> socket.socket:
    """A request that has reached the worker, and of whose body nothing was sent."""
    connection = socket.create_connection(site.address, timeout=60)
    expected = f"Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    headers = f"Host: {site.config.bind}\r\nCookie: {cookie}\r\nX-Requested-With: tests\r\nAccept: {accept}\r\n"
    connection.sendall(f"{request} HTTP/1.1\r\n{headers}{expected if body else ''}\r\n".encode())
    if body:
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return connection


def read_to_the_end(connection: socket.socket) -> None:
    """Until it is told so, or cut off."""
    with suppress(ConnectionResetError):
        while connection.recv(4096):
            pass


def read(connection: socket.socket, until: bytes) -> bytes:
    found = b""
    while until not in found:
        more = connection.recv(4096)
        assert more, found
        found += more
    return found


def test_a_reload_fails_no_request_and_touches_no_job(site: Web, desk: Desk) -> None:
    person = desk.person()
    cookie = site.cookie(person.session)["Cookie"]
    before = site.workers
    failed: list[object] = []
    ends = threading.Event()

    def keep_asking() -> None:
        while not ends.is_set():
            try:
                status = ask(site, "POST", "/tsim/api/v1/traces", QUESTION, Cookie=cookie).status
            except OSError as error:
                failed.append(error)
            else:
                failed.extend([status] * (status != 200))

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        with desk.halted(), opened_socket(site, cookie):
            job = person.submit()
            site.signal(signal.SIGHUP)
            wait_for(lambda: set(site.workers) - set(before), "the new worker")
        wait_for(lambda: not set(site.workers) & set(before), "the end of the one before")
    finally:
        ends.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert person.ended(job)["status"] == "succeeded"


def test_at_the_end_who_would_stay_is_sent_away_and_who_asked_is_answered(
    desk: Desk, tmp_path: Path, site: Web
) -> None:
    person = desk.person()
    body = msgspec.json.encode(QUESTION).decode()
    with web(site.config, tmp_path / "log") as ending, desk.halted(), ExitStack() as open_:
        cookie = ending.cookie(person.session)["Cookie"]
        job = person.submit()
        sid = msgspec.json.decode(ask(ending, "GET", f"/tsim{POLLING}", Cookie=cookie).body[1:])["sid"]
        asking = open_.enter_context(begun(ending, cookie, "POST /tsim/api/v1/traces", body))
        polling = open_.enter_context(begun(ending, cookie, f"GET /tsim{POLLING}&sid={sid}"))
        stream = open_.enter_context(begun(ending, cookie, f"GET /tsim/api/v1/jobs/{job}/events", accept=EVENTS))
        told = read(stream, b"queued")
        socket_ = open_.enter_context(opened_socket(ending, cookie))
        ending.signal(signal.SIGTERM)
        read_to_the_end(socket_)
        assert read(polling, LAST_CHUNK)
        assert b"event: end" not in told + read(stream, LAST_CHUNK), "who reads it knows that there is more"
        asking.sendall(body.encode())
        assert read(asking, b'"verdict"').startswith(b"HTTP/1.1 200 ")
    assert ending.wait() == 0


def test_no_secret_stands_in_a_log_and_each_line_is_an_object(site: Web, desk: Desk) -> None:
    name = desk.person().name
    wrong, right = "a wrong pass-word", PASSWORD
    ask(site, "POST", "/tsim/api/v1/sessions", {"username": name, "password": wrong})
    ask(site, "POST", "/tsim/api/v1/sessions", {"username": name, "password": wrong, "else": 1})
    signed = ask(site, "POST", "/tsim/api/v1/sessions", {"username": name, "password": right}, X_Request_ID="seen-17")
    cookie = signed.headers["set-cookie"].partition(";")[0]
    made = ask(site, "POST", "/tsim/api/v1/tokens", {"name": "ci", "scopes": ["read"]}, Cookie=cookie)
    token = made.json["token"]
    assert ask(site, "GET", "/tsim/api/v1/me", Authorization=f"Bearer {token}").status == 200
    ask(site, "GET", f"/tsim/api/v1/me?token={token}", Authorization=f"Bearer {token}x")
    logs = site.log.read_text() + desk.engine.log.read_text()
    assert '"seen-17"' in logs
    for secret in (wrong, right, token, token[:20], cookie.partition("=")[2], cookie[:40]):
        assert secret not in logs
    for line in site.log.read_text().splitlines():
        assert {"time", "level", "process", "message"} <= msgspec.json.decode(line).keys(), line


def test_settings_that_only_the_application_understands_are_told_in_one_line(desk: Desk, tmp_path: Path) -> None:
    services = tmp_path / "services.toml"
    services.write_text("22/tcp is SSH\n")
    config = msgspec.structs.replace(desk.engine.config, services=services, bind=f"unix:{tmp_path / 'web'}")
    command = [sys.executable, "-m", "gunicorn", "-c", "python:backend.gunicorn_config", "backend.wsgi:app"]
    done = subprocess.run(command, env=environment(config), capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert f"\nweb: TSIM_SERVICES {services}: Expected" in f"\n{done.stderr}"
    assert "Traceback" not in done.stderr
