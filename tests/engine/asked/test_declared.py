"""Parameters as calls declare them, at the real calls."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import Struct

from backend.engine.asked.declared import Nothing, declared
from backend.engine.calling import Caller
from backend.engine.protocol import EngineError
from backend.engine.snapshots import SnapshotError, UnknownNetworkError
from backend.engine.workers.error import Why, WorkerError
from backend.jobs.error import UnknownJobError
from backend.jobs.queue import RefusedError
from backend.jobs.record import RecordError
from backend.lab.error import LabError
from backend.store.error import StoreError
from tests.engine.desk import Desk
from tests.engine.running.stage import on_loop

SOMEBODY = Caller(1, 1000, is_owner=False)


@pytest.mark.serial
@pytest.mark.parametrize(
    ("call", "params", "field"),
    [
        ("watch", {"job": 5}, "job"),
        ("watch", {"job": "x", "after": "3"}, "after"),
        ("watch", {"job": "x", "after": -1}, "after"),
        ("jobs", {"limit": 0}, "limit"),
        ("jobs", {"limit": 501}, "limit"),
        ("jobs", {"limit": True}, "limit"),
        ("jobs", {"since": "yesterday"}, "since"),
        ("jobs", {"since": "2024-05-01T12:00:00"}, "since"),
        ("jobs", {"until": "2024-05-01T12:00:00"}, "until"),
        ("submit", {"question": []}, "question"),
        ("trace", {"question": {}, "network": None}, "network"),
        ("lab_up", {"routers": ["gw-a", 1]}, "routers[1]"),
        ("sign_in", {"username": "x", "password": 1}, "password"),
        ("jobs", {"as_owner": 1}, "as_owner"),
    ],
)
def test_a_parameter_of_the_wrong_kind_is_named(desk: Desk, call: str, params: dict[str, Any], field: str) -> None:
    with pytest.raises(EngineError) as caught:
        desk.engine.plain(call, **params)
    assert (caught.value.code, caught.value.field) == ("bad_value", field)
    assert caught.value.message.startswith(f"{field}: ")


@pytest.mark.serial
@pytest.mark.parametrize(
    ("call", "params", "named"),
    [
        ("jobs", {"limti": 5}, "limti"),
        ("health", {"verbose": True}, "verbose"),
        ("watch", {}, "job"),
        ("sign_in", {"username": "x"}, "password"),
    ],
)
def test_one_that_there_is_not_and_one_that_is_missing_are_named(
    desk: Desk, call: str, params: dict[str, Any], named: str
) -> None:
    with pytest.raises(EngineError, match=named) as caught:
        desk.engine.plain(call, **params)
    assert caught.value.code == "bad_value"


class Number(Struct, frozen=True, forbid_unknown_fields=True):
    number: int


ERRORS = [
    (RefusedError("the queue is full", 7), "busy"),
    (UnknownJobError("a1"), "not_found"),
    (StoreError("the disk is full", is_passing=True), "unavailable"),
    (StoreError("it is the active one"), "bad_value"),
    (SnapshotError("there are no facts"), "unavailable"),
    (UnknownNetworkError("there is no network 'x'"), "not_found"),
    (RecordError("of another version"), "unavailable"),
    (LabError("no namespaces here"), "unavailable"),
    (WorkerError(Why.LATE, "took too long"), "timeout"),
    (WorkerError(Why.DIED, "ended by signal SIGKILL"), "internal"),
]


@pytest.mark.parametrize(("error", "code"), ERRORS)
@on_loop
async def test_what_goes_wrong_is_told_alike_by_all_kinds_of_calls(error: Exception, code: str) -> None:
    def at_once(_: Caller, __: Nothing) -> object:
        raise error

    async def later(_: Caller, __: Nothing) -> object:
        raise error

    async def stream(_: Caller, __: Nothing) -> AsyncIterator[int]:
        yield 1
        raise error

    with pytest.raises(EngineError) as now:
        declared(Nothing, at_once)(SOMEBODY, {})
    with pytest.raises(EngineError) as then:
        await declared(Nothing, later)(SOMEBODY, {})  # type: ignore[misc]
    events = declared(Nothing, stream)(SOMEBODY, {})
    assert await anext(events) == 1  # type: ignore[call-overload]
    with pytest.raises(EngineError) as at_last:
        await anext(events)  # type: ignore[call-overload]
    assert [caught.value.code for caught in (now, then, at_last)] == [code] * 3
    assert {caught.value.message for caught in (now, then, at_last)} == {str(error)}
    assert then.value.retry_after_s == (7 if code == "busy" else None)


@on_loop
async def test_a_stream_that_nobody_reads_any_more_is_cleaned_up_at_once() -> None:
    is_clean = []

    async def stream(_: Caller, __: Nothing) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            is_clean.append(True)

    events = declared(Nothing, stream)(SOMEBODY, {})
    assert await anext(events) == 1  # type: ignore[call-overload]
    await events.aclose()  # type: ignore[attr-defined]
    assert is_clean


def test_a_bug_is_none_of_these() -> None:
    def bug(_: Caller, asked: Number) -> object:
        return 1 / asked.number

    with pytest.raises(ZeroDivisionError):
        declared(Number, bug)(SOMEBODY, {"number": 0})
