import asyncio
import os
import socket

import pytest

from backend.engine.workers.connection import Connection
from backend.engine.workers.frame import HEADER, Kind, header
from tests.engine.workers.running import on_loop, until

LARGE = 20 << 20


class Heard:
    def __init__(self, end: socket.socket, takes_descriptors: bool = False) -> None:
        self.frames: list[tuple[Kind, bytes]] = []
        self.descriptors: list[int] = []
        self.lost: list[str] = []
        self.connection = Connection(
            end,
            lambda frame: self._take(frame.kind, frame.body),
            self.lost.append,
            takes_descriptors,
        )

    def _take(self, kind: Kind, body: bytes) -> None:
        self.frames.append((kind, body))
        if body.isdigit():
            self.descriptors.append(self.connection.descriptor())


@on_loop
async def test_large_and_small_go_both_ways_while_the_loop_goes_on() -> None:
    one, other = map(Heard, socket.socketpair())
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    turning = asyncio.create_task(turn())
    bodies = [b"", b"small", os.urandom(1 << 10) * (LARGE >> 10), b"last"]
    for body in bodies:
        one.connection.send(body)
        other.connection.send(body, Kind.DONE)
    assert one.frames == []
    await asyncio.gather(one.connection.drained(), other.connection.drained())
    await until(lambda: len(one.frames) == len(other.frames) == 4, "all frames")
    turning.cancel()
    assert other.frames == [(Kind.SAID, body) for body in bodies]
    assert one.frames == [(Kind.DONE, body) for body in bodies]
    assert turns > LARGE >> 20
    one.connection.close()
    await until(lambda: other.lost, "the end")
    assert (one.lost, other.lost) == ([], [""])
    other.connection.close()


@on_loop
async def test_descriptors_come_with_their_frames() -> None:
    one, other = socket.socketpair()
    heard, sender = Heard(one, takes_descriptors=True), Heard(other)
    ends = [os.pipe() for _ in range(5)]
    for number, (_, writer) in enumerate(ends):
        sender.connection.send(b"%d" % number, descriptor=writer)
        sender.connection.send(b"without")
    await until(lambda: len(heard.frames) == 10, "all frames")
    assert [os.get_inheritable(each) for each in heard.descriptors] == [False] * 5
    for (reader, _), descriptor in zip(ends, heard.descriptors, strict=True):
        os.write(descriptor, b"x")
        os.close(descriptor)
        assert os.read(reader, 2) == b"x"
        assert os.read(reader, 2) == b""
        os.close(reader)
    sender.connection.close()
    heard.connection.close()


@on_loop
async def test_descriptors_that_nobody_wants_are_closed() -> None:
    one, other = socket.socketpair()
    heard = Heard(one)
    reader, writer = os.pipe()
    socket.send_fds(other, [header(Kind.SAID, 1) + b"x"], [writer])
    os.close(writer)
    await until(lambda: heard.frames, "the frame")
    assert os.read(reader, 1) == b""
    os.close(reader)
    other.close()
    heard.connection.close()


@on_loop
async def test_one_that_pauses_takes_nothing_and_loses_nothing() -> None:
    one, other = map(Heard, socket.socketpair())
    other.connection.pause()
    one.connection.send(bytes(LARGE))
    waiting = asyncio.create_task(one.connection.drained())
    await asyncio.sleep(0.02)
    assert not waiting.done()
    assert other.frames == []
    other.connection.go_on()
    await waiting
    await until(lambda: other.frames, "the frame")
    assert len(other.frames[0][1]) == LARGE
    for each in (one, other):
        each.connection.close()


@on_loop
async def test_who_waits_for_one_that_is_gone_is_released() -> None:
    one, other = map(Heard, socket.socketpair())
    other.connection.pause()
    one.connection.send(bytes(LARGE), descriptor=os.dup(1))
    waiting = asyncio.create_task(one.connection.drained())
    await asyncio.sleep(0)
    other.connection.close()
    await waiting
    await until(lambda: one.lost, "the end")
    one.connection.send(b"too late")
    one.connection.close()


@pytest.mark.parametrize("rubbish", [HEADER.pack(1, 2**63), b"\xff" * 9, b"GET / HTTP/1.1\r\n\r\n"])
def test_rubbish_ends_it_with_the_reason(rubbish: bytes) -> None:
    @on_loop
    async def said() -> None:
        one, other = socket.socketpair()
        heard = Heard(one)
        other.sendall(rubbish)
        await until(lambda: heard.lost, "the end")
        assert "no message" in heard.lost[0]
        other.close()

    said()
