"""What stands in front of the web is made here, of sockets: it answers as a proxy would that is set up so."""

import http.client
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from backend.cli.doctor import web
from backend.cli.doctor.finding import Finding, State
from backend.config import Config
from tests.cli.test_serve import free_port
from tests.live.site import Web
from tests.live.site import web as served

pytestmark = pytest.mark.serial
Answer = Callable[[BaseHTTPRequestHandler], int]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A real one, without an engine."""
    folder = tmp_path_factory.mktemp("doctor")
    with served(Config(state=folder / "state"), folder / "log") as running:
        yield running


@contextmanager
def proxy(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer(self))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield f"http{'s' * bool(tls)}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def passed_on(site: Web, *left_out: str, **more: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> int:
        connection = http.client.HTTPConnection(*site.address)
        headers = {name: value for name, value in request.headers.items() if name not in left_out} | more
        try:
            connection.request("GET", request.path, headers=headers)
            return connection.getresponse().status
        finally:
            connection.close()

    return answer


def wrong(config: Config, url: str | None = None) -> dict[str, Finding]:
    return {each.about: each for each in web.look(config, url) if each.state is State.WRONG}


def test_a_web_without_its_engine(site: Web) -> None:
    found = wrong(site.config)
    assert list(found) == ["web"]
    assert "its engine does not" in found["web"].text


def test_no_web_at_all(config: Config) -> None:
    found = wrong(msgspec.structs.replace(config, bind=f"127.0.0.1:{free_port()}"))
    assert "does not answer" in found["web"].text


def test_a_proxy_that_passes_everything_on(site: Web) -> None:
    with proxy(passed_on(site)) as url:
        assert "sockets" not in wrong(site.config, url)


def test_a_certificate_that_is_not_trusted(site: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = f"-nodes -days 2 -subj /CN=t -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
    subprocess.run(f"openssl req -x509 -newkey rsa:2048 {made}".split(), check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with proxy(passed_on(site), tls) as url:
        found = wrong(site.config, url)
        assert list(found) == ["certificate"]
        assert f"{url} shows one that is not trusted: self-signed certificate" in found["certificate"].text
        assert "SSL_CERT_FILE=" in found["certificate"].mend
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert "certificate" not in wrong(site.config, url)


def test_a_proxy_that_loses_the_upgrade(site: Web) -> None:
    with proxy(passed_on(site, "Upgrade", "Connection")) as url:
        assert "proxy_set_header Upgrade" in wrong(site.config, url)["sockets"].mend


def test_a_proxy_that_does_not_reach_the_web(config: Config) -> None:
    with proxy(lambda _: 502) as url:
        assert "GUNICORN_BIND" in wrong(config, url)["proxy"].mend


def test_a_proxy_that_serves_something_else(config: Config) -> None:
    with proxy(lambda _: 404) as url:
        assert "TSIM_ROOT_PATH" in wrong(config, url)["web"].mend


def test_a_name_that_the_web_does_not_know(site: Web) -> None:
    port = site.address[1]
    renamed = passed_on(site, "Host", Host=f"tsim.example.org:{port}")
    with proxy(renamed) as url:
        assert "TSIM_HOSTS" in wrong(site.config, url)["sockets"].mend


def test_a_web_at_a_unix_socket(config: Config, site: Web) -> None:
    config.state.mkdir()
    path = config.state / "web"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        threading.Thread(target=_answer_one, args=(listener,)).start()
        found = list(web.look(msgspec.structs.replace(config, bind=f"unix:{path}")))
    assert found[0].text.startswith(f"unix:{path}/readyz is answered with status 404")


def test_a_socket_that_is_not_for_everybody(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", denied)
    (found,) = web.look(msgspec.structs.replace(config, bind="unix:/run/tsim/web"))
    assert (found.state, found.text) == (State.NOTE, "unix:/run/tsim/web may not be asked by this user")


def _answer_one(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


def test_an_address_that_is_open_to_others_without_tls(config: Config, site: Web) -> None:
    notes = list(web.look(msgspec.structs.replace(config, bind="0.0.0.0:80"), site.url))
    assert "without TLS" in notes[-1].text
