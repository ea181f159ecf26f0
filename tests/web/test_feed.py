"""What the feed makes of an engine that really listens; webs and engines that are killed are in tests/live."""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from backend.engine import Client, EngineError
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from backend.engine.protocol import Code
from backend.web.feed import Feed
from tests.engine.served import Served

JOB = {"id": "one", "user": "ann", "status": "running"}


def event(seq: int, state: str) -> dict[str, Any]:
    return {"job": "one", "seq": seq, "state": state, "phase": "test"}


FRAMES = [
    {"engine": "first", "leads": False, "jobs": []},
    {"leads": True},
    {"job": JOB, "event": event(1, "started")},
    {"job": JOB, "event": event(2, "progress")},
    {"job": JOB, "event": event(3, "finished")},
    {"removed": {"job": "one", "user": "ann"}},
    {"person": "ann"},
]


class Heard:
    """What it was told, in order."""

    def __init__(self) -> None:
        self.all: list[tuple[str, Any]] = []

    def begins(self, engine: str) -> None:
        self.all.append(("begins", engine))

    def leads(self, is_leading: bool) -> None:
        self.all.append(("leads", is_leading))

    def happens(self, job: str, events: Sequence[dict[str, Any]]) -> None:
        self.all += [("event", (job, event["seq"])) for event in events]

    def changes(self, job: dict[str, Any]) -> None:
        self.all.append(("changes", job["id"]))

    def removes(self, job: str, user: str) -> None:
        self.all.append(("removes", (job, user)))

    def alters(self, person: str) -> None:
        self.all.append(("alters", person))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def feed(tmp_path: Path, heard: Heard) -> Iterator[Feed]:
    async def told(_caller: object, params: Any) -> AsyncIterator[object]:
        if not params["lead"]:
            raise EngineError(Code.BUSY, "more happens than is read: begin again")
        for frame in FRAMES:
            yield frame

    path = tmp_path / "engine" / "socket"
    server = Served(lambda: Server(Place(path), {"feed": told}), 0.1)
    yield Feed(Client(path), heard, would_lead=True)
    server.end()


def test_each_frame_is_told_to_whom_it_concerns_in_order(feed: Feed, heard: Heard) -> None:
    feed.listen()
    assert heard.all[:2] == [("begins", "first"), ("leads", False)]
    assert [what for what in heard.all if what[0] == "event"] == [("event", ("one", seq)) for seq in (1, 2, 3)]
    assert [what for what in heard.all if what[0] == "changes"] == [("changes", "one")] * 2  # progress is none
    assert {("leads", True), ("removes", ("one", "ann")), ("alters", "ann")} <= set(heard.all)


def test_an_engine_that_is_not_there_is_an_error_for_who_tries_again(tmp_path: Path, heard: Heard) -> None:
    with pytest.raises(EngineError):
        Feed(Client(tmp_path / "none"), heard, would_lead=False).listen()
    assert heard.all == []
