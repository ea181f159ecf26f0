"""A server that really listens, in a thread, with answers made up for the test."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import msgspec
import pytest

from backend.lab.error import LabError
from backend.lab.hand import place
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import (
    ANSWER_LIMIT,
    Answer,
    Down,
    Frames,
    ListServices,
    Mtr,
    Ping,
    RemoveHost,
    Request,
    Status,
    framed,
    read_answer,
)
from backend.lab.hand.server import MOST, Server, peer_of
from backend.lab.hand.standing import Document
from backend.lab.probe.loop import Loop, Steps

BIG = "x" * 5_000_000


class Played:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left: list[str] = []
        self.go = threading.Event()
        self._loop = Loop()
        self._server = Server(self._loop, place.listen(folder), self._answer)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        said(self.ask(Down()))
        self._thread.join(20)
        assert not self._thread.is_alive()
        self._server.close()
        self._loop.close()

    def ask(self, request: Request | bytes) -> socket.socket:
        asking = socket.socket(socket.AF_UNIX)
        asking.settimeout(20)
        with place.address(self.folder) as short:
            asking.connect(short)
        asking.sendall(request if isinstance(request, bytes) else framed(request))
        return asking

    def _answer(self, request: Request) -> Document | Steps[Document]:
        match request:
            case Down():
                self._server.end()
                return {"down": True}
            case Ping(source):
                return self._slow(source)
            case Mtr():
                return self._failing()
            case RemoveHost(name):
                raise UsageError(f"no {name}")
            case ListServices(None):
                raise LabError("nothing")
            case ListServices("files"):
                raise OSError(24, "Too many open files")
            case ListServices():
                raise KeyError("bug")
        return {"big": BIG}

    def _slow(self, name: str) -> Steps[Document]:
        try:
            while not self.go.is_set():
                yield monotonic() + 0.01
        finally:
            self.left.append(name)
        return {"slow": name}

    def _failing(self) -> Steps[Document]:
        yield monotonic()
        raise LabError("failed on the way")


def said(asking: socket.socket) -> Answer:
    frames = Frames(ANSWER_LIMIT)
    with asking:
        while data := asking.recv(1 << 16):
            if (frame := frames.feed(data)) is not None:
                with suppress(ConnectionResetError):  # not all that was asked has been read
                    assert asking.recv(1) == b"", "one answer is all"
                return read_answer(frame)
    raise AssertionError("no answer")


def fault(answer: Answer) -> tuple[str, bool]:
    assert answer.fault is not None
    return answer.fault.text, answer.fault.is_usage


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    server = Played(tmp_path)
    yield server
    server.go.set()
    server.close()


def test_who_asks_quickly_does_not_wait_for_who_asked_before(played: Played) -> None:
    slow = [played.ask(Ping(name, "b")) for name in ("one", "two")]
    assert fault(said(played.ask(RemoveHost("w")))) == ("no w", True)
    assert played.left == []
    played.go.set()
    assert [msgspec.json.decode(said(each).document) for each in slow] == [{"slow": "one"}, {"slow": "two"}]


def test_an_answer_may_be_large_and_its_reader_slow(played: Played) -> None:
    waiting = played.ask(Status())
    assert fault(said(played.ask(ListServices()))) == ("nothing", False)
    assert msgspec.json.decode(said(waiting).document) == {"big": BIG}


def test_steps_of_who_has_gone_are_ended(played: Played) -> None:
    played.ask(Ping("one", "b")).close()
    while not played.left:
        said(played.ask(Status()))
    assert played.left == ["one"]


def test_what_goes_wrong_is_said_and_the_next_one_is_answered(played: Played) -> None:
    assert fault(said(played.ask(Mtr("a", "b")))) == ("failed on the way", False)
    assert fault(said(played.ask(ListServices("files")))) == ("the lab: Too many open files", False)
    assert "KeyError" in fault(said(played.ask(ListServices("bug"))))[0]
    assert "not asked as it understands" in fault(said(played.ask(b"GET / HTTP/1.1\r\n\r\n")))[0]
    assert "not a request" in fault(said(played.ask(framed(Answer()))))[0]
    assert said(played.ask(Status())).fault is None


def test_half_a_request_and_then_nothing_does_no_harm(played: Played) -> None:
    half = played.ask(framed(Status())[:9])
    assert said(played.ask(Status())).fault is None
    half.sendall(framed(Status())[9:])
    assert said(half).fault is None


def test_more_than_enough_at_once_are_told_so(played: Played) -> None:
    waiting = [played.ask(Ping(str(number), "b")) for number in range(MOST)]
    assert fault(said(played.ask(Status()))) == (f"{MOST} others are asking this lab already", False)
    for each in waiting:
        each.close()


@pytest.mark.root
def test_another_user_is_refused(played: Played) -> None:
    played.folder.chmod(0o755)
    (played.folder / place.SOCKET).chmod(0o666)
    for folder in list(played.folder.parents)[:3]:
        folder.chmod(0o755)
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setuid(65534)
            os.chdir(played.folder)
            asking = socket.socket(socket.AF_UNIX)
            asking.connect(place.SOCKET)
            asking.sendall(framed(Status()))
            os.write(writer, fault(said(asking))[0].encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        assert told.read() == "this lab belongs to another user"
    os.waitpid(pid, 0)


def test_the_other_end_is_known() -> None:
    one, other = socket.socketpair()
    with one, other:
        assert peer_of(one) == (os.getpid(), os.geteuid())
