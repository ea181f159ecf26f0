import logging

import msgspec
import pytest
from flask.testing import FlaskClient

from backend.web import nonsense
from backend.web.live import Live

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


@pytest.fixture
def address(client: FlaskClient) -> str:
    """Of a socket that is open."""
    sid = msgspec.json.decode(client.get(HANDSHAKE).text[1:])["sid"]
    client.post(f"{HANDSHAKE}&sid={sid}", data="40")
    return f"{HANDSHAKE}&sid={sid}"


PACKETS = [
    b"", b"x", b"9", b"\xff\xfe", b"bnone", b"4", b"4x", b"49", b"42", b"42{", b"42[]", b"42{}", b"42[1,2]", b"43",
    b"43[", b"44{}", b"451-", b"45999-[]", b'42["watch"', b'420["watch",' + b"[" * 2000 + b"]", b"\x1e" * 40,
    b"2" * 17_000,
]  # fmt: skip


@pytest.mark.parametrize("body", PACKETS, ids=lambda body: repr(body[:16]))
def test_what_is_no_packet_leaves_no_traceback(
    client: FlaskClient, address: str, body: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    assert client.post(address, data=body).status_code in (200, 400)
    client.get(f"{HANDSHAKE}&sid=none")
    client.get("/socket.io/?EIO=3&transport=none")
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []
    assert "Traceback" not in capfd.readouterr().err + caplog.text
    assert client.get(HANDSHAKE).status_code == 200


def test_a_failure_of_ours_is_told_with_all_of_it(
    client: FlaskClient, address: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    live: Live = client.application.extensions["tsim_live"]
    monkeypatch.setattr(live, "_problem", lambda _: 1 // 0)
    client.post(address, data='42["watch",{}]')
    assert "ZeroDivisionError" in caplog.text
    assert any(record.levelno == logging.ERROR for record in caplog.records)


def test_who_looks_for_it_finds_it(client: FlaskClient, address: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, nonsense.__name__):
        client.post(address, data=b"4x")
    assert "a socket sent what it should not: ValueError" in caplog.text


def test_a_socket_that_its_client_has_closed_is_no_half_a_line_of_the_log(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO, nonsense.__name__):
        nonsense.errors.write("server=unix socket shutdown error: [Errno 9] Bad file descriptor")
    assert [record.getMessage()[:17] for record in caplog.records] == ["a socket: server="]
    assert capfd.readouterr().err == ""
