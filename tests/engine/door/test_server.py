import asyncio
import logging
import os
import socket
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from backend.engine import Client
from backend.engine.calling import Caller, Lasting
from backend.engine.door.address import short_address
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from backend.engine.protocol import EngineError
from tests.engine.conftest import Start
from tests.engine.raw import asked, connected
from tests.engine.served import Served, served
from tests.waiting import wait_for


def echo(_: Caller, params: Mapping[str, Any]) -> object:
    return dict(params)


class Slow:
    """A call that is under way until the test lets it go."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.leave = asyncio.Event()
        self.was_cancelled = threading.Event()

    async def __call__(self, *_: object) -> object:
        self.entered.set()
        try:
            await self.leave.wait()
        except asyncio.CancelledError:
            self.was_cancelled.set()
            raise
        return "finished"


async def endless(*_: object) -> AsyncIterator[int]:
    yield 0
    await asyncio.Event().wait()


def test_a_call_is_answered_under_its_own_id(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    answer = asked(socket_path, b'{"id": 5, "call": "echo", "params": {"a": 1}}\n')
    assert answer == {"version": 1, "id": 5, "result": {"a": 1}}


def test_nobody_else_may_connect(start: Start, socket_path: Path) -> None:
    start({})
    assert socket_path.stat().st_mode & 0o777 == 0o600
    assert socket_path.parent.stat().st_mode & 0o777 == 0o700


def test_a_call_under_way_is_finished_before_the_end(start: Start, socket_path: Path) -> None:
    slow = Slow()
    server = start({"slow": slow}, grace_s=30)
    with connected(socket_path) as raw:
        raw.ask(1, "slow")
        assert slow.entered.wait(10)
        server.stop()
        wait_for(lambda: not socket_path.exists(), "the door to be closed")
        server.done(slow.leave.set)
        assert raw.said()["result"] == "finished"
        assert raw.is_ended()


def test_a_call_that_takes_longer_than_the_grace_is_told_of_the_end(start: Start, socket_path: Path) -> None:
    slow = Slow()
    server = start({"slow": slow}, grace_s=0.05)
    with connected(socket_path) as raw:
        raw.ask(1, "slow")
        assert slow.entered.wait(10)
        server.stop()
        assert raw.said()["error"]["code"] == "unavailable"
        assert raw.is_ended()
    assert slow.was_cancelled.wait(10)


def test_at_the_end_nothing_new_is_begun_and_streams_are_over(start: Start, socket_path: Path) -> None:
    slow = Slow()
    server = start({"slow": slow, "endless": endless, "echo": echo}, grace_s=30)
    with connected(socket_path) as raw:
        raw.ask(1, "slow")
        raw.ask(2, "endless")
        assert raw.said() == {"id": 2, "event": 0}
        server.stop()
        ended = raw.said()
        assert (ended["id"], ended["error"]["code"]) == (2, "unavailable")
        raw.ask(3, "echo")
        refused = raw.said()
        assert (refused["id"], refused["error"]["code"]) == (3, "ending")
        server.done(slow.leave.set)
        assert raw.said()["result"] == "finished"


def test_what_is_to_be_finished_is_so_after_its_client_has_gone(start: Start, socket_path: Path) -> None:
    slow = Slow()
    server = start({"slow": lambda *_: Lasting(slow())}, grace_s=30)
    with connected(socket_path) as raw:
        raw.ask(1, "slow")
        assert slow.entered.wait(10)
    wait_for(lambda: server.server.connections == 0, "the client to go")
    assert server.server.idle_since is None
    server.done(slow.leave.set)
    server.end()
    assert not slow.was_cancelled.is_set()


def idle_since(served: Served) -> float | None:
    return served.server.idle_since


def test_it_is_idle_since_the_last_request_has_ended(start: Start, socket_path: Path) -> None:
    slow = Slow()
    server = start({"slow": slow, "echo": echo})
    client = Client(socket_path)
    client.call("echo")
    before = idle_since(server)
    assert before is not None
    waiting = threading.Thread(target=client.call, args=("slow",))
    waiting.start()
    assert slow.entered.wait(10)
    assert idle_since(server) is None
    server.done(slow.leave.set)
    waiting.join()
    wait_for(lambda: (idle_since(server) or 0) > before, "the end of the call")


def test_the_time_that_it_took_to_load_is_not_idle(socket_path: Path) -> None:
    async def load() -> bool:
        server = Server(Place(socket_path), {})
        loaded = monotonic()
        await server.startup()
        is_later = (server.idle_since or 0) > loaded
        await server.shutdown()
        return is_later

    assert asyncio.run(load())


def test_an_idle_connection_does_not_delay_the_end(start: Start, socket_path: Path) -> None:
    server = start({"echo": echo}, grace_s=1000)
    with connected(socket_path) as raw:
        raw.ask(1, "echo")
        raw.said()
        server.end()
        assert raw.is_ended()


def test_who_reads_nothing_does_not_delay_the_end_for_long(start: Start, socket_path: Path) -> None:
    server = start({"large": lambda *_: "x" * 3_000_000}, grace_s=1000)
    with connected(socket_path) as raw:
        raw.ask(1, "large")
        wait_for(lambda: server.server.figures.requests, "the request")
        server.end()


def test_shutdown_may_be_called_twice_and_before_startup(socket_path: Path) -> None:
    async def shut() -> None:
        server = Server(Place(socket_path), {})
        await server.shutdown()
        await server.shutdown()
        await server.serve()

    asyncio.run(shut())


def test_it_can_be_started_and_ended_again_and_again(socket_path: Path) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        with served(lambda: Server(Place(socket_path), {"echo": echo})):
            client = Client(socket_path)
            client.call("echo")
            client.close()
    assert not socket_path.exists()
    assert len(os.listdir("/proc/self/fd")) == open_before


def test_a_second_engine_in_the_same_place_is_refused(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    with pytest.raises(EngineError, match="another engine"):
        start({"echo": echo})
    assert asked(socket_path, b'{"id": 1, "call": "echo"}\n')["result"] == {}


def test_what_a_killed_engine_left_is_no_hindrance(start: Start, socket_path: Path) -> None:
    socket_path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as stale, short_address(socket_path) as address:
        stale.bind(address)
    (socket_path.parent / "lock").write_text("")
    start({"echo": echo})
    assert asked(socket_path, b'{"id": 1, "call": "echo"}\n')["result"] == {}


def test_what_lasts_and_fails_when_nobody_waits_is_in_the_log(
    start: Start, socket_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entered, leave = threading.Event(), asyncio.Event()

    async def breaks() -> None:
        entered.set()
        await leave.wait()
        raise ZeroDivisionError("what happened")

    server = start({"breaks": lambda *_: Lasting(breaks())})
    with connected(socket_path) as raw:
        raw.ask(1, "breaks")
        assert entered.wait(10)
    wait_for(lambda: server.server.connections == 0, "the client to go")
    with caplog.at_level(logging.ERROR):
        server.done(leave.set)
        wait_for(lambda: "what happened" in caplog.text, "the log")
