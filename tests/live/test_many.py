"""Many sockets, and one that does not read."""

import queue
import re
import socket
import threading
from contextlib import ExitStack, closing, suppress
from typing import Any

import msgspec
import pytest
import websocket

from tests.engine.desk import Desk, Person
from tests.live.conftest import Opens
from tests.live.site import Web
from tests.waiting import wait_for

pytestmark = [pytest.mark.serial, pytest.mark.root]


class Raw:
    """A socket that says and reads no more than it is told to (Engine.IO protocol 4, Socket.IO protocol 5)."""

    def __init__(self, site: Web, person: Person, receive_bytes: int = 0) -> None:
        options = [(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)] if receive_bytes else []
        url = f"ws://{site.config.bind}/socket.io/?EIO=4&transport=websocket"
        cookie = site.cookie(person.session)["Cookie"]
        self.connection = websocket.create_connection(url, cookie=cookie, sockopt=options, timeout=60)
        self.connection.recv()
        self.connection.send("40")
        assert self._next()[0].startswith("40")

    def close(self) -> None:
        self.connection.close(timeout=0)

    def say(self, *message: object, number: int = 0) -> None:
        self.connection.send(f"42{number}{msgspec.json.encode(message).decode()}")

    def is_dropped(self, question: object) -> bool:
        """Asked without ever reading an answer."""
        try:
            self.say("watch", question)
        except (OSError, websocket.WebSocketException):
            return True
        return False

    def _next(self) -> tuple[str, Any]:
        while (text := str(self.connection.recv())) == "2":
            self.connection.send("3")
        if not text:
            raise websocket.WebSocketConnectionClosedException
        kind = text[: len(text) - len(text.lstrip("0123456789"))]
        return kind, msgspec.json.decode(text[len(kind) :])


class Hearing(Raw):
    """It reads all the time, as a browser does: who answers no ping is taken for gone, however long others take."""

    def __init__(self, site: Web, person: Person) -> None:
        super().__init__(site, person)
        self._heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._hear, daemon=True).start()

    def answer(self) -> Any:
        """To what was said, passing over what came before."""
        return self._until("43")[0]

    def message(self) -> tuple[str, Any]:
        name, data = self._until("42")
        return name, data

    def _until(self, kind: str) -> Any:
        while True:
            found, data = self._heard.get(timeout=60)
            if found.startswith(kind):
                return data

    def _hear(self) -> None:
        with suppress(OSError, websocket.WebSocketException):  # it is closed
            while True:
                self._heard.put(self._next())


def test_two_hundred_sockets_watch_one_job_and_each_is_told_all(desk: Desk, site: Web) -> None:
    ann = desk.person()
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(Hearing(site, ann))) for _ in range(200)]
        with desk.halted():
            job = ann.submit()
            told = []
            for one in sockets:
                one.say("watch", {"job": job, "after": 0})
                told.append(one.answer()["events"])
        expected = ann.ended(job) and ann.ask("events", job=job)["events"]
        for one, events in zip(sockets, told, strict=True):
            while len(events) < len(expected):
                name, data = one.message()
                if name == "events":
                    events += [event for event in data["events"] if event["seq"] > len(events)]
            assert events == expected


def test_sockets_that_are_closed_leave_nothing_in_the_log(desk: Desk, green: Web) -> None:
    """Those of other tests may still be there."""
    ann = desk.person()
    sockets = [Raw(green, ann) for _ in range(3)]
    opened = _sockets(green)
    for one in sockets:
        one.close()
    wait_for(lambda: _sockets(green) <= opened - len(sockets), "the end of the sockets")
    assert "shutdown error" not in green.log.read_text()


def _sockets(web: Web) -> float:
    found = re.search(r"^tsim_sockets (\S+)$", web.ask("/metrics")[1], re.MULTILINE)
    assert found is not None
    return float(found[1])


def test_who_does_not_read_is_dropped_and_the_others_are_told(desk: Desk, site: Web, opens: Opens) -> None:
    ann = desk.person()
    job = ann.submit(mode="prove", services="20-29/tcp")
    ann.ended(job)
    with closing(Raw(site, ann, receive_bytes=4096)) as slow:
        wait_for(lambda: slow.is_dropped({"job": job, "after": 0}), "the end of the socket", 60)
    later = ann.submit()
    watcher = opens(ann, site)
    watcher.watch(later, 0)
    assert watcher.wait_done(later)[-1]["phase"] == "done"
