"""What clients may do to a server that they should not, and what the honest one beside them sees: nothing."""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from select import select
from time import sleep
from typing import Any

import msgspec
import pytest

from backend.engine import Client
from backend.engine.calling import Call, Caller
from backend.engine.protocol import REPLY_LIMIT, REQUEST_LIMIT
from tests.engine.conftest import Start
from tests.engine.raw import asked, connected
from tests.waiting import wait_for


def echo(_: Caller, params: Mapping[str, Any]) -> object:
    return dict(params)


def broken(*_: object) -> object:
    raise ZeroDivisionError("secret detail")


async def later(_: Caller, params: Mapping[str, Any]) -> object:
    await asyncio.sleep(0)
    return dict(params)


async def never(*_: object) -> object:
    return await asyncio.Event().wait()


async def endless(*_: object) -> AsyncIterator[int]:
    yield 0
    await asyncio.Event().wait()


CALLS: dict[str, Call] = {
    "echo": echo,
    "later": later,
    "never": never,
    "endless": endless,
    "broken": broken,
    "odd": lambda *_: object(),
    "huge": lambda *_: "x" * REPLY_LIMIT,
    "who": lambda caller, _: caller,
}


def is_served(path: Path) -> bool:
    return Client(path).call("echo", {"a": 1}) == b'{"a":1}'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "bad_frame"),
        (b"\xff\x00\n", "bad_frame"),
        (b"[" * 5000 + b"\n", "bad_frame"),
        (b'{"id": 1, "call": "echo", "params": ' + b'{"a":' * 100_000 + b"\n", "bad_frame"),
        (b'{"id": 1, "call": "echo", "params": [1]}\n', "bad_frame"),
        (b'{"id": "1", "call": "echo"}\n', "bad_frame"),
        (b'{"id": 0, "call": "echo"}\n', "bad_frame"),
        (b'{"call": "echo"}\n', "bad_frame"),
        (b"\n", "bad_frame"),
        (b"x" * (REQUEST_LIMIT + 1), "bad_frame"),
        (b'{"version": 7, "id": 1, "call": "echo"}\n', "version"),
    ],
)
def test_what_is_no_request_is_said_so_and_the_last_word(
    start: Start, socket_path: Path, data: bytes, code: str
) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        raw.send(data)
        said = raw.said()
        assert (said["id"], said["error"]["code"]) == (0, code)
        assert raw.is_ended()
    assert is_served(socket_path)


@pytest.mark.parametrize(
    ("call", "code"), [("rm -rf", "unknown_call"), ("broken", "internal"), ("odd", "internal"), ("huge", "too_large")]
)
def test_a_call_that_cannot_be_answered_is_refused_alone(start: Start, socket_path: Path, call: str, code: str) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        raw.ask(1, call)
        said = raw.said()
        assert (said["id"], said["error"]["code"]) == (1, code)
        assert "secret" not in said["error"]["message"]
        raw.ask(2, "echo", a=1)
        assert raw.said()["result"] == {"a": 1}


def test_a_frame_that_does_not_end_is_refused_before_it_is_there(start: Start, socket_path: Path) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        assert raw.flood(b"x" * 65536, 100_000_000) < 4 * REQUEST_LIMIT
        assert raw.said()["error"]["code"] == "bad_frame"
    assert is_served(socket_path)


def test_the_caller_is_who_the_kernel_says(start: Start, socket_path: Path) -> None:
    start(CALLS)
    assert msgspec.json.decode(Client(socket_path).call("who")) == {
        "pid": os.getpid(),
        "uid": os.geteuid(),
        "is_owner": True,
    }


def test_requests_under_way_are_answered_as_they_are_done(start: Start, socket_path: Path) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        raw.ask(1, "never")
        raw.ask(2, "later", a=2)
        raw.ask(3, "echo", a=3)
        assert {raw.said()["id"], raw.said()["id"]} == {2, 3}
        raw.ask(4, "stop", id=1)
        said = {answer["id"]: answer for answer in (raw.said(), raw.said())}
        assert said[4]["result"] is True
        assert said[1]["error"]["code"] == "stopped"
        raw.ask(5, "stop", id=1)
        assert raw.said()["result"] is False


@pytest.mark.parametrize("id_", ["x", None, [1], 1.0])
def test_nothing_is_stopped_by_what_is_no_id(start: Start, socket_path: Path, id_: object) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        raw.ask(1, "never")
        raw.ask(2, "stop", id=id_)
        assert raw.said()["result"] is False


def test_one_id_for_two_requests_at_once_is_the_end(start: Start, socket_path: Path) -> None:
    start(CALLS)
    with connected(socket_path) as raw:
        raw.ask(1, "never")
        raw.ask(1, "echo")
        said = raw.said()
        assert (said["id"], said["error"]["code"]) == (0, "bad_frame")
        assert raw.is_ended()
    assert is_served(socket_path)


@pytest.mark.parametrize("call", ["echo", "later"])
def test_thousands_of_requests_in_one_write_are_all_answered(start: Start, socket_path: Path, call: str) -> None:
    start(CALLS)
    requests = b"".join(b'{"id":%d,"call":"%s","params":{}}\n' % (n, call.encode()) for n in range(1, 5001))
    with connected(socket_path) as raw:
        sending = threading.Thread(target=raw.send, args=(requests,))
        sending.start()
        assert sorted(raw.said()["id"] for _ in range(5000)) == list(range(1, 5001))
        sending.join()


def test_more_than_the_limit_at_once_wait_for_their_turn(start: Start, socket_path: Path) -> None:
    most = running = 0

    async def counted(*_: object) -> None:
        nonlocal most, running
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    start({"counted": counted}, under_way=5)
    with connected(socket_path) as raw:
        raw.send(b"".join(b'{"id":%d,"call":"counted"}\n' % n for n in range(1, 101)))
        assert {raw.said()["id"] for _ in range(100)} == set(range(1, 101))
    assert most == 5


def test_one_stream_too_many_is_refused_and_another_taken_when_one_has_ended(start: Start, socket_path: Path) -> None:
    start(CALLS, streams=2)
    with connected(socket_path) as raw:
        for id_ in (1, 2):
            raw.ask(id_, "endless")
            assert raw.said()["event"] == 0
        raw.ask(3, "endless")
        assert raw.said()["error"]["code"] == "busy"
        raw.ask(4, "stop", id=1)
        raw.said(), raw.said()
        raw.ask(5, "endless")
        assert raw.said() == {"id": 5, "event": 0}


def test_a_request_that_is_half_sent_for_too_long_is_the_end(start: Start, socket_path: Path) -> None:
    start(CALLS, frame_s=0.1)
    with connected(socket_path) as raw:
        raw.ask(1, "echo")
        raw.said()
        raw.send(b'{"id": 2,')
        assert raw.said()["error"]["code"] == "timeout"
        assert raw.is_ended()


def test_bytes_one_by_one_give_no_more_time(start: Start, socket_path: Path) -> None:
    start(CALLS, frame_s=0.1)
    with connected(socket_path) as raw:
        while not select([raw.socket], [], [], 0.01)[0]:
            raw.send(b" ")
        assert raw.said()["error"]["code"] == "timeout"


def test_whole_requests_may_come_for_as_long_as_one_likes(start: Start, socket_path: Path) -> None:
    start(CALLS, frame_s=0.1)
    with connected(socket_path) as raw:
        raw.send(b'{"id": 1, "ca')
        for id_ in range(1, 31):
            raw.send(b'll": "echo"}\n{"id": %d, "ca' % (id_ + 1))
            assert raw.said()["id"] == id_
            sleep(0.01)


def test_who_asks_and_does_not_read_is_not_read_either(start: Start, socket_path: Path) -> None:
    server = start({"large": lambda *_: "x" * 100_000, "echo": echo}, unread_s=60)
    with connected(socket_path) as raw:
        raw.fill(b'{"id":1,"call":"large"}\n')
        for _ in range(20):
            assert is_served(socket_path)
        assert server.server.figures.requests < 50


def test_who_does_not_read_for_too_long_is_disconnected(
    start: Start, socket_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server = start({"large": lambda *_: "x" * 3_000_000, "echo": echo}, unread_s=0.1)
    with connected(socket_path) as raw, caplog.at_level(logging.WARNING):
        raw.ask(1, "large")
        wait_for(lambda: server.server.figures.requests, "the request")
        wait_for(lambda: server.server.connections == 0, "its end")
    assert "reads nothing" in caplog.text


def test_who_reads_slowly_is_not(start: Start, socket_path: Path) -> None:
    start({"large": lambda *_: "x" * 3_000_000}, unread_s=0.2)
    with connected(socket_path) as raw:
        raw.ask(1, "large")
        received = b""
        while not received.endswith(b"\n"):
            received += raw.socket.recv(200_000)
            sleep(0.05)
        assert received.count(b"x") == 3_000_000


def test_a_refusal_that_nobody_reads_holds_nothing(start: Start, socket_path: Path) -> None:
    server = start({"large": lambda *_: "x" * 300_000}, unread_s=0.1)
    with connected(socket_path) as raw:
        raw.ask(1, "large")  # more than the kernel takes, and less than what makes the server wait
        raw.send(b"rubbish\n")
        wait_for(lambda: server.server.figures.requests, "the request")
        wait_for(lambda: server.server.connections == 0, "its end")


def test_a_client_that_goes_away_ends_what_it_asked_for(start: Start, socket_path: Path) -> None:
    ended = []

    async def watched(*_: object) -> object:
        try:
            return await asyncio.Event().wait()
        finally:
            ended.append("call")

    async def stream(*_: object) -> AsyncIterator[int]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            ended.append("stream")

    server = start({"watched": watched, "stream": stream})
    with connected(socket_path) as raw:
        raw.ask(1, "watched")
        raw.ask(2, "stream")
        raw.said()
    wait_for(lambda: len(ended) == 2, "their end")
    wait_for(lambda: server.server.idle_since is not None, "the end of the requests")


def test_a_client_that_goes_away_in_a_queue_of_its_own_is_seen_to_go(start: Start, socket_path: Path) -> None:
    server = start(CALLS, under_way=2)
    with connected(socket_path) as raw:
        for id_ in range(1, 10):
            raw.ask(id_, "never")
        wait_for(lambda: server.server.figures.requests == 2, "the first requests")
    wait_for(lambda: server.server.connections == 0, "its end")
    assert asked(socket_path, b'{"id":1,"call":"echo"}\n')["result"] == {}
