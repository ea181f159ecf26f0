import ssl
import subprocess
from pathlib import Path

import pytest

from backend.cli.error import FailureError, UsageError
from backend.cli.who.server import Address, Server
from backend.engine.protocol import Code, EngineError
from tests.cli.test_serve import free_port
from tests.cli.who.spoken import answer, problem, saying


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            problem("401 Unauthorized", "No such token."),
            "No such token; a token is given with --token-file or TSIM_TOKEN",
        ),
        (problem("403 Forbidden", "Needs the scope test."), "Needs the scope test; another token may be allowed to"),
        (problem("429 Too Many Requests", "Too often.", "Retry-After: 7\r\n"), "Too often; try again in 7 s"),
        (problem("503 Service Unavailable", "The engine is away."), "The engine is away"),
        (answer("302 Found", b"", more="Location: https://other/\r\n"), "sends one on to https://other/: ask there"),
        (answer("200 OK", b"<html>", "text/html"), "does not answer as tsim does: b'<html>'"),
        (answer("502 Bad Gateway", b"nginx", "text/html"), "does not answer as tsim does: 502 Bad Gateway"),
        (answer("500 Oh", b"{", "application/problem+json"), "does not answer as tsim does: 500 Oh"),
        (b"SSH-2.0-OpenSSH\r\n", "cannot be reached: SSH-2.0-OpenSSH"),
        (b"", "ended the connection"),
    ],
    ids=["401", "403", "429", "503", "302", "page", "502", "broken", "ssh", "nothing"],
)
def test_what_a_server_says_instead_of_an_answer_is_told(said: bytes, told: str) -> None:
    with saying([said]) as (url, _), pytest.raises(FailureError) as raised:
        Server(Address(url)).document("GET", "/api")
    assert told in str(raised.value)
    assert url in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [("422 Unprocessable", Code.BAD_VALUE), ("404 Not Found", Code.NOT_FOUND), ("409 Conflict", Code.BAD_VALUE)],
)
def test_what_the_engine_there_refuses_is_its_refusal(status: str, code: str) -> None:
    with saying([problem(status, "source: x", field="source")]) as (url, _), pytest.raises(EngineError) as raised:
        Server(Address(url)).document("POST", "/api", {})
    assert (raised.value.code, raised.value.field, str(raised.value)) == (code, "source", "source: x")


def test_the_token_goes_along_and_the_path_of_a_proxy(tmp_path: Path) -> None:
    with saying([answer("200 OK", b"{}")]) as (url, asked):
        assert Server(Address(f"{url}/tsim/", "secret")).document("GET", "/api/x") == {}
    assert asked[0].startswith(b"GET /tsim/api/x ")
    assert b"Authorization: Bearer secret\r\n" in asked[0]


def test_a_connection_that_was_closed_meanwhile_is_made_again() -> None:
    with saying([answer("200 OK", b"1"), answer("200 OK", b"2")]) as (url, _):
        server = Server(Address(url))
        assert [server.document("GET", "/"), server.document("GET", "/")] == [1, 2]


def test_nobody_there_is_told() -> None:
    for url in (f"http://127.0.0.1:{free_port()}", "http://nowhere.invalid"):
        with pytest.raises(FailureError, match=f"{url} cannot be reached: "):
            Server(Address(url)).ask("GET", "/")


@pytest.mark.parametrize(
    ("url", "token", "said"),
    [
        ("tsim.example.org", "", "no address such as"),
        ("ftp://x", "", "no address such as"),
        ("https://", "", "no address such as"),
        ("https://x:y", "", "no address such as"),
        ("https://a:b@x", "", "no address such as"),
        ("http://tsim.example.org", "secret", "use https://"),
        ("https://x", "a b", "no token"),
        ("https://x", "a\r\nb", "no token"),
    ],
)
def test_what_is_no_server_or_token_is_refused(url: str, token: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Server(Address(url, token))


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    made = f"-nodes -days 2 -subj /CN=t -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {certificate}"
    command = f"openssl req -x509 -newkey rsa:2048 {made}"
    subprocess.run(command.split(), check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with saying([b"", answer("200 OK", b"3")], tls) as (url, _):
        with pytest.raises(FailureError, match=r"is not trusted: self.signed certificate; --ca-file names"):
            Server(Address(url)).ask("GET", "/")
        assert Server(Address(url, "secret", str(certificate))).document("GET", "/") == 3


def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "rubbish").write_text("rubbish")
    for name in ("rubbish", "nothing"):
        with pytest.raises(UsageError, match=f"--ca-file: .*{name}"):
            Server(Address("https://x", "", str(tmp_path / name)))


def test_a_stream_ends_where_the_connection_does() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ndata: 1\n\n"
    with saying([cut, cut]) as (url, _):
        server = Server(Address(url))
        with server.opened("/", {}, 5.0) as stream:
            assert list(server.lines(stream)) == [b"data: 1\n", b"\n"]
        with server.opened("/", {}, 5.0) as stream, pytest.raises(FailureError, match="in the middle"):
            server.read(stream, 1000)
