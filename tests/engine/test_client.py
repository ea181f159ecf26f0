import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.engine import Client, EngineError
from backend.engine.calling import Caller
from backend.engine.door.address import short_address
from backend.engine.protocol import VERSION
from tests.engine.conftest import Start


def echo(_: Caller, params: Mapping[str, Any]) -> object:
    return dict(params)


async def slow(_: Caller, params: Mapping[str, Any]) -> object:
    await asyncio.sleep(params.get("s", 30))
    return "done"


async def count(_: Caller, params: Mapping[str, Any]) -> AsyncIterator[int]:
    for number in range(params["to"]):
        if number == params.get("fails_at"):
            raise EngineError("bad_value", f"{number} is too many", "to")
        yield number


def fault_of(client: Client, name: str, deadline_s: float | None = None) -> EngineError:
    with pytest.raises(EngineError) as caught:
        client.call(name, deadline_s=deadline_s)
    return caught.value


class Says:
    """A made-up engine: it reads one request of each connection and answers with given bytes."""

    def __init__(self, path: Path, *answers: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        with short_address(path) as address:
            self._listener.bind(address)
        self._listener.listen()
        self._thread = threading.Thread(target=self._run, args=(answers,))
        self._thread.start()

    def end(self) -> None:
        self._thread.join()
        self._listener.close()

    def _run(self, answers: tuple[bytes, ...]) -> None:
        for answer in answers:
            connection, _ = self._listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)


def test_many_threads_get_their_own_answers(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    client = Client(socket_path, connections=4)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: msgspec.json.decode(client.call("echo", {"n": n})), range(300)))
    assert answers == [{"n": n} for n in range(300)]


def test_a_large_answer_arrives_whole(start: Start, socket_path: Path) -> None:
    start({"large": lambda *_: "x" * 3_000_000})
    assert len(Client(socket_path).call("large")) == 3_000_002


def test_no_engine_is_said_so(socket_path: Path) -> None:
    assert fault_of(Client(socket_path), "echo").code == "unavailable"


def test_an_engine_that_was_started_again_is_found(start: Start, socket_path: Path) -> None:
    client = Client(socket_path)
    first = start({"which": lambda *_: "first"})
    assert client.call("which") == b'"first"'
    first.end()
    assert fault_of(client, "which").code == "unavailable"
    start({"which": lambda *_: "second"})
    assert client.call("which") == b'"second"'


def test_an_engine_that_was_replaced_between_two_calls_goes_unnoticed(start: Start, socket_path: Path) -> None:
    client = Client(socket_path)
    first = start({"which": lambda *_: "first"})
    client.call("which")
    first.end()
    start({"which": lambda *_: "second"})
    assert client.call("which") == b'"second"'


def test_what_an_ending_engine_did_not_begin_is_asked_of_the_next_one(socket_path: Path) -> None:
    ending = b'{"id":1,"error":{"code":"ending","message":"the engine is ending"}}\n'
    engines = Says(socket_path, ending, b'{"id":1,"result":2}\n')
    assert Client(socket_path).call("submit") == b"2"
    engines.end()


def test_what_an_engine_may_have_done_is_never_asked_twice(socket_path: Path) -> None:
    engine = Says(socket_path, b'{"id":1,"result":1}\n', b"")
    client = Client(socket_path)
    assert client.call("first") == b"1"  # the engine closes this connection, so that the next call makes another
    error = fault_of(client, "submit")
    assert (error.code, "not known" in error.message) == ("unavailable", True)
    engine.end()


def test_an_engine_that_takes_too_long_is_not_waited_for(start: Start, socket_path: Path) -> None:
    start({"slow": slow, "echo": echo})
    client = Client(socket_path)
    error = fault_of(client, "slow", deadline_s=0.05)
    assert error.code == "timeout"
    assert "0.05 s" in error.message
    assert client.call("echo", {"a": 1}) == b'{"a":1}'


def test_an_engine_that_says_nothing_is_not_waited_for_either(socket_path: Path) -> None:
    socket_path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as deaf:
        with short_address(socket_path) as address:
            deaf.bind(address)
        deaf.listen()
        assert fault_of(Client(socket_path), "echo", deadline_s=0.05).code == "timeout"


def test_a_crowd_in_front_of_the_door_is_no_lack_of_an_engine(socket_path: Path) -> None:
    socket_path.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as deaf, socket.socket(socket.AF_UNIX) as waiting:
        with short_address(socket_path) as address:
            deaf.bind(address)
            deaf.listen(0)
            waiting.connect(address)
        assert fault_of(Client(socket_path), "echo", deadline_s=0.05).code == "timeout"


def test_more_calls_than_connections_are_told_to_come_back(start: Start, socket_path: Path) -> None:
    entered, leave = threading.Event(), asyncio.Event()

    async def held(*_: object) -> object:
        entered.set()
        return await leave.wait()

    server = start({"held": held, "echo": echo})
    client = Client(socket_path, connections=1)
    waiting = threading.Thread(target=client.call, args=("held",))
    waiting.start()
    assert entered.wait(10)
    assert fault_of(client, "echo", deadline_s=0.05).code == "busy"
    server.done(leave.set)
    waiting.join()
    assert client.call("echo") == b"{}"


def test_the_engines_own_error_arrives_with_its_code(start: Start, socket_path: Path) -> None:
    def refuse(*_: object) -> object:
        raise EngineError("bad_value", "ttl: 'x' is not a number", "ttl")

    start({"trace": refuse})
    error = fault_of(Client(socket_path), "trace")
    assert (error.code, error.field, error.message) == ("bad_value", "ttl", "ttl: 'x' is not a number")


def test_why_the_engine_wants_nobody_more_is_told(start: Start, socket_path: Path) -> None:
    start({"echo": echo}, connections=1)
    first, second = Client(socket_path), Client(socket_path)
    first.call("echo")
    for _ in range(20):  # it may close before it is asked, or after
        assert fault_of(second, "echo").code == "busy"


def test_an_engine_of_another_version_is_named(socket_path: Path) -> None:
    engine = Says(socket_path, b'{"id":1,"version":99,"result":1}\n')
    error = fault_of(Client(socket_path), "echo")
    assert (error.code, "99" in error.message, str(VERSION) in error.message) == ("version", True, True)
    engine.end()


def test_events_come_in_order_and_the_connection_is_of_use_again(start: Start, socket_path: Path) -> None:
    server = start({"count": count, "echo": echo})
    client = Client(socket_path)
    for _ in range(3):
        with client.stream("count", {"to": 500}) as stream:
            assert list(stream) == [b"%d" % number for number in range(500)]
        assert stream.result == b"null"
    client.call("echo")
    assert server.server.figures.connections == 1


def test_a_refused_stream_says_why(start: Start, socket_path: Path) -> None:
    start({"count": count})
    events = Client(socket_path).stream("count", {"to": 5, "fails_at": 2})
    assert [next(events), next(events)] == [b"0", b"1"]
    with pytest.raises(EngineError, match="2 is too many"):
        next(events)
    assert list(events) == []


def test_a_call_without_events_may_be_streamed(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    stream = Client(socket_path).stream("echo", {"a": 1})
    assert list(stream) == []
    assert stream.result == b'{"a":1}'


def test_a_stream_has_its_deadline(start: Start, socket_path: Path) -> None:
    start({"slow": slow})
    with pytest.raises(EngineError) as caught:
        list(Client(socket_path).stream("slow", deadline_s=0.05))
    assert caught.value.code == "timeout"


def test_an_engine_that_ends_in_the_middle_of_a_stream_is_an_error(socket_path: Path) -> None:
    engine = Says(socket_path, b'{"id":1,"event":1}\n')
    events = Client(socket_path).stream("count")
    assert next(events) == b"1"
    with pytest.raises(EngineError) as caught:
        next(events)
    assert caught.value.code == "unavailable"
    engine.end()


def test_who_may_start_an_engine_does_so_when_there_is_none(start: Start, socket_path: Path) -> None:
    started = []

    def begin() -> None:
        started.append(start({"echo": echo}))

    client = Client(socket_path, start=begin)
    assert client.call("echo") == b"{}"
    started[0].end()
    assert client.call("echo") == b"{}"
    assert len(started) == 2


def test_in_a_green_world_nobody_waits_for_another(start: Start, socket_path: Path) -> None:
    start({"echo": echo, "slow": slow, "count": count})
    script = """
import warnings; warnings.simplefilter("ignore")
import eventlet; eventlet.monkey_patch()
import sys
from pathlib import Path
from backend.engine import Client, EngineError
client = Client(Path(sys.argv[1]))
waiting = eventlet.spawn(client.call, "slow", {"s": 600}, 600)
events = [eventlet.spawn(lambda: list(client.stream("count", {"to": 200}))) for _ in range(10)]
answers = [eventlet.spawn(client.call, "echo", {"n": n}) for n in range(100)]
assert [each.wait() for each in answers] == [b'{"n":%d}' % n for n in range(100)]
assert [each.wait() for each in events] == [[b"%d" % n for n in range(200)]] * 10
assert not waiting.dead
for path, deadline_s in ((sys.argv[1], 0.05), ("/nowhere/socket", 1)):
    try:
        Client(Path(path)).call("slow", deadline_s=deadline_s)
    except EngineError as error:
        print(error.code)
"""
    done = subprocess.run([sys.executable, "-c", script, socket_path], capture_output=True, text=True, timeout=100)
    assert (done.stdout, done.stderr) == ("timeout\nunavailable\n", "")
