import os
import socket

import pytest

from backend.engine.workers import handback
from backend.engine.workers.handback import Handback


@pytest.fixture
def line() -> Handback:
    return Handback()


def test_what_is_handed_comes_whole_and_in_its_order(line: Handback) -> None:
    handed = [b"", b"x", os.urandom(5 << 20)]
    for data in handed:
        line.send(data)
    assert [line.receive() for _ in handed] == handed


def test_what_is_too_large_is_not_handed(line: Handback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handback, "LIMIT", 10)
    line.send(b"x" * 11)
    line.send(b"x" * 10)
    assert line.receive() == b"x" * 10
    with open(os.memfd_create("large"), "wb", buffering=0) as file:
        file.write(b"y" * 11)
        socket.send_fds(line.child_end, [b"."], [file.fileno()])
    assert line.receive() is None


def test_a_message_without_anything_is_nothing(line: Handback) -> None:
    before = len(os.listdir("/proc/self/fd"))
    line.child_end.send(b"rubbish")
    assert line.receive() is None
    socket.send_fds(line.child_end, [b"."], [0, 1, 2])
    line.receive()
    assert len(os.listdir("/proc/self/fd")) == before
