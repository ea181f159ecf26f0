import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.engine import Client, EngineError
from tests.engine.conftest import Start


def echo(params: Mapping[str, Any]) -> object:
    return dict(params)


def fault_of(client: Client, name: str, deadline_s: float | None = None) -> EngineError:
    with pytest.raises(EngineError) as caught:
        client.call(name, deadline_s=deadline_s)
    return caught.value


def test_many_threads_get_their_own_answers(start: Start, socket_path: Path) -> None:
    start({"echo": echo})
    client = Client(socket_path, connections=4)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: msgspec.json.decode(client.call("echo", {"n": n})), range(300)))
    assert answers == [{"n": n} for n in range(300)]


def test_a_large_answer_arrives_whole(start: Start, socket_path: Path) -> None:
    start({"large": lambda _: "x" * 3_000_000})
    assert len(Client(socket_path).call("large")) == 3_000_002


def test_no_engine_is_said_so(socket_path: Path) -> None:
    assert fault_of(Client(socket_path), "echo").code == "unavailable"


def test_an_engine_that_was_started_again_is_found(start: Start, socket_path: Path) -> None:
    client = Client(socket_path)
    first = start({"which": lambda _: "first"})
    assert client.call("which") == b'"first"'
    first.stop()
    first.shutdown()
    assert fault_of(client, "which").code == "unavailable"
    start({"which": lambda _: "second"})
    assert client.call("which") == b'"second"'


def test_an_engine_that_was_replaced_between_two_calls_goes_unnoticed(start: Start, socket_path: Path) -> None:
    client = Client(socket_path)
    first = start({"which": lambda _: "first"})
    client.call("which")
    first.stop()
    first.shutdown()
    start({"which": lambda _: "second"})
    assert client.call("which") == b'"second"'


def test_an_engine_that_takes_too_long_is_not_waited_for(start: Start, socket_path: Path) -> None:
    leave = threading.Event()
    start({"slow": lambda _: leave.wait(30), "echo": echo})
    client = Client(socket_path)
    error = fault_of(client, "slow", deadline_s=0.05)
    assert error.code == "unavailable"
    assert "0.05 s" in error.message
    assert client.call("echo", {"a": 1}) == b'{"a":1}'
    leave.set()


def test_more_calls_than_connections_are_told_to_come_back(start: Start, socket_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow(_: Mapping[str, Any]) -> object:
        entered.set()
        return leave.wait(30)

    start({"slow": slow, "echo": echo})
    client = Client(socket_path, connections=1)
    waiting = threading.Thread(target=client.call, args=("slow",))
    waiting.start()
    assert entered.wait(10)
    assert fault_of(client, "echo", deadline_s=0.05).code == "busy"
    leave.set()
    waiting.join()
    assert client.call("echo") == b"{}"


def test_the_engines_own_error_arrives_with_its_code(start: Start, socket_path: Path) -> None:
    def refuse(_: Mapping[str, Any]) -> object:
        raise EngineError("bad_value", "ttl: 'x' is not a number", "ttl")

    start({"trace": refuse})
    error = fault_of(Client(socket_path), "trace")
    assert (error.code, error.field, error.message) == ("bad_value", "ttl", "ttl: 'x' is not a number")
