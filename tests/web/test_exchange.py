"""What is sent to others while nobody can be heard; a real Redis is in tests/live."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import socketio

from backend.web.exchange import Exchange


class LostError(Exception):
    pass


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    made = Exchange(f"unix://{tmp_path}/none", lambda: None)
    made.set_server(socketio.Server(async_mode="threading", client_manager=made))
    return made


def test_the_host_of_a_web_is_its_engine(exchange: Exchange) -> None:
    exchange.serve("engine")
    assert exchange.host_id == "engine"


def test_who_sends_does_not_wait_for_redis_and_nothing_is_kept_for_one_that_is_away(
    exchange: Exchange, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Callable[[], Any]] = []
    monkeypatch.setattr(exchange.server, "start_background_task", later.append)
    exchange.emit("job", {}, room="queue")
    exchange.emit("job", {}, room="queue")
    assert len(later) == 1

    def lost(_: float) -> None:
        raise LostError

    monkeypatch.setattr(exchange.server, "sleep", lost)
    with pytest.raises(LostError):
        next(exchange._redis_listen_with_retries())
    later.pop()()
    exchange.emit("job", {}, room="queue")
    assert later == []
