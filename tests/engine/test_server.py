import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.engine.address import short_address
from backend.engine.protocol import REQUEST_LIMIT, EngineError
from backend.engine.server import Server
from tests.engine.conftest import Start


def echo(params: Mapping[str, Any]) -> object:
    return dict(params)


def broken(_: Mapping[str, Any]) -> object:
    raise ZeroDivisionError("secret detail")


@contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(10)
        with short_address(path) as address:
            connection.connect(address)
        yield connection


def asked(path: Path, data: bytes) -> dict[str, Any]:
    with connected(path) as connection:
        connection.sendall(data)
        return answer(connection)


def answer(connection: socket.socket) -> dict[str, Any]:
    with connection.makefile("rb") as lines:
        value: dict[str, Any] = msgspec.json.decode(lines.readline())
        return value


def test_a_call_is_answered_under_its_own_id(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    assert asked(socket_path, b'{"id": 5, "call": "echo", "params": {"a": 1}}\n') == {"id": 5, "result": {"a": 1}}


def test_nobody_else_may_connect(start: Start, socket_path: Path) -> None:
    start({})
    assert socket_path.stat().st_mode & 0o777 == 0o600
    assert socket_path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"id": 1, "call": "rm -rf"}\n', "unknown_call"),
        (b"GET / HTTP/1.1\n", "bad_frame"),
        (b"\xff\x00\n", "bad_frame"),
        (b"[" * 5000 + b"\n", "bad_frame"),
        (b"x" * (REQUEST_LIMIT + 2), "bad_frame"),
    ],
)
def test_a_wrong_request_is_answered_and_the_next_client_served(
    start: Start, socket_path: Path, data: bytes, code: str
) -> None:
    start({"echo": echo})
    assert asked(socket_path, data)["error"]["code"] == code
    assert asked(socket_path, b'{"id": 1, "call": "echo"}\n')["result"] == {}


def test_a_bug_in_a_call_is_an_answer_without_its_inside(start: Start, socket_path: Path) -> None:
    start({"broken": broken, "echo": echo})
    error = asked(socket_path, b'{"id": 1, "call": "broken"}\n')["error"]
    assert error["code"] == "internal"
    assert "secret" not in error["message"]


def test_one_connection_more_than_allowed_is_told_so(start: Start, socket_path: Path) -> None:
    start({"echo": echo}, connections=1)
    with connected(socket_path) as first:
        first.sendall(b'{"id": 1, "call": "echo"}\n')
        assert answer(first)["id"] == 1
        with connected(socket_path) as second:
            assert answer(second)["error"]["code"] == "busy"


def test_a_call_under_way_is_finished_before_the_end(start: Start, socket_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(_: Mapping[str, Any]) -> object:
        entered.set()
        leave.wait(10)
        return "finished"

    server = start({"slow": slow}, grace_s=10)
    with connected(socket_path) as connection:
        connection.sendall(b'{"id": 1, "call": "slow"}\n')
        assert entered.wait(10)
        server.stop()
        threading.Timer(0.1, leave.set).start()
        server.shutdown()
        assert answer(connection)["result"] == "finished"
    assert not socket_path.exists()


def test_an_idle_connection_does_not_delay_the_end(start: Start, socket_path: Path) -> None:
    server = start({"echo": echo}, grace_s=1000)
    with connected(socket_path) as connection:
        connection.sendall(b'{"id": 1, "call": "echo"}\n')
        answer(connection)
        server.stop()
        server.shutdown()
        assert connection.recv(1) == b""


def test_shutdown_may_be_called_twice_and_before_startup(socket_path: Path) -> None:
    server = Server(socket_path, {})
    server.shutdown()
    server.shutdown()


def test_a_second_engine_in_the_same_place_is_refused(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    with pytest.raises(EngineError, match="another engine"):
        Server(socket_path, {}).startup()
    assert asked(socket_path, b'{"id": 1, "call": "echo"}\n')["result"] == {}


def test_what_a_killed_engine_left_is_no_hindrance(start: Start, socket_path: Path) -> None:
    socket_path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as stale, short_address(socket_path) as address:
        stale.bind(address)
    (socket_path.parent / "lock").write_text("")
    start({"echo": echo})
    assert asked(socket_path, b'{"id": 1, "call": "echo"}\n')["result"] == {}


def test_it_ends_whoever_ends_it_and_may_be_ended_again(socket_path: Path) -> None:
    for _ in range(200):
        server = Server(socket_path, {})
        server.startup()
        loop = threading.Thread(target=server.main_loop, daemon=True)
        loop.start()
        server.stop()
        server.shutdown()
        loop.join(10)
        assert not loop.is_alive(), "it waits for what was closed"
        server.stop()
        server.shutdown()
