import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from backend.engine import Client, EngineError
from backend.engine.calling import Caller, Lasting
from backend.engine.door.exchange import Exchange
from backend.engine.protocol import REPLY_LIMIT
from tests.engine.conftest import Start
from tests.engine.raw import connected
from tests.waiting import wait_for


async def numbers(_: Caller, params: Mapping[str, Any]) -> AsyncIterator[object]:
    for number in range(params["to"]):
        yield {"seq": number}


def test_events_come_in_order_and_then_the_result(start: Start, socket_path: Path) -> None:
    start({"numbers": numbers})
    with connected(socket_path) as raw:
        raw.ask(1, "numbers", to=1000)
        assert [raw.said() for _ in range(1000)] == [{"id": 1, "event": {"seq": n}} for n in range(1000)]
        assert raw.said() == {"version": 1, "id": 1, "result": None}


def test_two_streams_on_one_connection_share_it(start: Start, socket_path: Path) -> None:
    start({"numbers": numbers})
    with connected(socket_path) as raw:
        raw.ask(1, "numbers", to=500)
        raw.ask(2, "numbers", to=500)
        said = [raw.said() for _ in range(1002)]
    for id_ in (1, 2):
        assert [each["event"]["seq"] for each in said if each["id"] == id_ and "event" in each] == list(range(500))
    assert {each["id"] for each in said[:400]} == {1, 2}


def test_a_stream_that_always_has_something_leaves_turns_to_others(start: Start, socket_path: Path) -> None:
    async def flood(*_: object) -> AsyncIterator[int]:
        while True:
            yield 0

    start({"flood": flood, "echo": lambda _, params: params})
    client = Client(socket_path)
    with client.stream("flood") as stream:
        for _ in range(100):
            next(stream)
            assert client.call("echo", {"a": 1}) == b'{"a":1}'


def test_who_does_not_read_stops_what_makes_the_events(start: Start, socket_path: Path) -> None:
    made = 0

    async def flood(*_: object) -> AsyncIterator[str]:
        nonlocal made
        while True:
            made += 1
            yield "x" * 10_000

    server = start({"flood": flood, "echo": lambda _, params: params}, unread_s=60)
    with connected(socket_path) as raw:
        raw.ask(1, "flood")
        client = Client(socket_path)
        before = -1
        while before != made:
            before = made
            for _ in range(50):
                client.call("echo")
        assert made < 200
        for _ in range(300):
            raw.said()
        assert made >= 300
    wait_for(lambda: server.server.idle_since is not None, "its end")


@pytest.mark.parametrize("call", ["value", "events"])
def test_a_deadline_ends_the_work_and_is_said(start: Start, socket_path: Path, call: str) -> None:
    ended = []

    async def value(*_: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("value")

    async def events(*_: object) -> AsyncIterator[int]:
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            ended.append("events")

    start({"value": value, "events": events})
    with connected(socket_path) as raw:
        raw.send(b'{"id":1,"call":"%s","deadline_s":0.05}\n' % call.encode())
        said = raw.said()
        if "event" in said:
            said = raw.said()
        assert said["error"]["code"] == "timeout"
        assert ended == [call]


def test_what_lasts_goes_on_behind_its_deadline(start: Start, socket_path: Path) -> None:
    leave, done = asyncio.Event(), []

    async def work() -> None:
        await leave.wait()
        done.append("done")

    server = start({"work": lambda *_: Lasting(work())})
    with connected(socket_path) as raw:
        raw.send(b'{"id":1,"call":"work","deadline_s":0.05}\n')
        assert raw.said()["error"]["code"] == "timeout"
    server.done(leave.set)
    wait_for(lambda: done, "the work")


def test_the_result_of_what_lasts_is_told_to_who_waits(start: Start, socket_path: Path) -> None:
    async def work() -> str:
        await asyncio.sleep(0.01)
        return "done"

    start({"work": lambda *_: Lasting(work())})
    assert Client(socket_path).call("work") == b'"done"'


@pytest.mark.parametrize(
    "error", [TimeoutError("secret"), asyncio.CancelledError("secret"), ZeroDivisionError("secret")]
)
def test_an_error_of_the_work_is_logged_and_shows_nothing_of_its_inside(
    start: Start, socket_path: Path, caplog: pytest.LogCaptureFixture, error: BaseException
) -> None:
    async def fails(*_: object) -> None:
        raise error

    async def fails_later(*_: object) -> AsyncIterator[int]:
        yield 0
        raise error

    start({"fails": fails, "fails_later": fails_later})
    with caplog.at_level(logging.ERROR):
        for call in ("fails", "fails_later"):
            with pytest.raises(EngineError) as caught:
                list(Client(socket_path).stream(call, deadline_s=30))
            assert (caught.value.code, "secret" in caught.value.message) == ("internal", False)
            assert call in caplog.text


def test_a_refusal_of_the_work_is_told_as_it_is(start: Start, socket_path: Path) -> None:
    async def refuses(*_: object) -> None:
        raise EngineError("denied", "not for you", "user")

    start({"refuses": refuses})
    with pytest.raises(EngineError, match="not for you") as caught:
        Client(socket_path).call("refuses")
    assert (caught.value.code, caught.value.field) == ("denied", "user")


def test_what_is_stopped_before_it_has_begun_is_told_so_as_well(start: Start, socket_path: Path) -> None:
    begun = []

    async def work(*_: object) -> None:
        begun.append("work")

    server = start({"work": work, "numbers": numbers})
    for call in (b"work", b"numbers"):
        with connected(socket_path) as raw:
            raw.send(b'{"id":1,"call":"%s"}\n{"id":2,"call":"stop","params":{"id":1}}\n' % call)
            said = {each["id"]: each for each in (raw.said(), raw.said())}
            assert (said[1]["error"]["code"], said[2]["result"]) == ("stopped", True)
    assert begun == []
    assert server.server.idle_since is not None


def test_what_lasts_is_done_also_where_it_is_stopped_before_it_has_begun(start: Start, socket_path: Path) -> None:
    done = []

    async def work() -> None:
        done.append("work")

    start({"work": lambda *_: Lasting(work())})
    with connected(socket_path) as raw:
        raw.send(b'{"id":1,"call":"work"}\n{"id":2,"call":"stop","params":{"id":1}}\n')
        raw.said(), raw.said()
    assert done == ["work"]


@pytest.mark.parametrize("code", ["too_large", "internal"])
def test_an_event_that_cannot_be_sent_ends_its_stream_alone(start: Start, socket_path: Path, code: str) -> None:
    closed = []

    async def events(*_: object) -> AsyncIterator[object]:
        try:
            yield "x" * REPLY_LIMIT if code == "too_large" else object()
        finally:
            closed.append(code)

    start({"events": events, "echo": lambda _, params: params})
    with connected(socket_path) as raw:
        raw.ask(1, "events")
        assert raw.said()["error"]["code"] == code
        raw.ask(2, "echo")
        assert raw.said()["result"] == {}
    assert closed == [code]


def exchanges() -> int:
    gc.collect()
    return sum(isinstance(each, Exchange) for each in gc.get_objects())


def test_nothing_is_left_of_exchanges_that_are_over(start: Start, socket_path: Path) -> None:
    before = exchanges()
    server = start({"numbers": numbers})
    client = Client(socket_path)
    for _ in range(200):
        list(client.stream("numbers", {"to": 3}))
        client.stream("numbers", {"to": 1000}).close()
    client.close()
    wait_for(lambda: server.server.connections == 0, "the clients to go")
    wait_for(lambda: server.done(lambda: len(asyncio.all_tasks())) == 2, "all tasks but ours and the server's")
    assert exchanges() == before
