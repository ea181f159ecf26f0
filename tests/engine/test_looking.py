import asyncio
import logging
import threading
from collections.abc import Callable

import pytest

from backend.engine import looking
from backend.engine.looking import Look, Looking
from backend.store.error import StoreError


def run(found: Looking, until: Callable[[], bool]) -> None:
    async def both() -> None:
        task = asyncio.create_task(found.run())
        while not until():
            assert not task.done()
            await asyncio.sleep(0.005)
        task.cancel()

    asyncio.run(both())


def test_trouble_is_said_once_in_the_log_and_until_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    told = ["its disk is full"] * 3
    seen = []

    def check() -> None:
        seen.append(found.trouble("store"))
        if told:
            raise StoreError(told.pop())

    found = Looking({"store": Look(check, 0.0)})
    with caplog.at_level(logging.WARNING):
        run(found, lambda: len(seen) > 5)
    assert seen[1:4] == ["its disk is full"] * 3
    assert found.troubles == {"store": None}
    assert [record.getMessage() for record in caplog.records] == ["store: its disk is full", "store: it is well again"]


def test_what_does_not_answer_is_in_trouble_and_keeps_nothing_else_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SLOW_S", 0.05)
    hangs = threading.Event()
    looked = []
    found = Looking({"store": Look(lambda: hangs.wait(60)), "auth": Look(lambda: looked.append(1), 0.0)})
    run(found, lambda: found.trouble("store") is not None and len(looked) > 3)
    assert "has not answered" in str(found.trouble("store"))
    assert found.trouble("auth") is None
    hangs.set()
