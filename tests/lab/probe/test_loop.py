import os
import socket
import time

from backend.lab.probe.loop import FAILED, IN, Loop, Steps


def test_what_is_ready_is_done_until_all_is_done() -> None:
    loop, (one, other) = Loop(), socket.socketpair()
    said: list[bytes] = []
    loop.add(one, IN | FAILED, lambda _: said.append(one.recv(1)))
    other.send(b"abc")
    assert loop.run(lambda: len(said) == 3, time.monotonic() + 10, 5)
    assert said == [b"a", b"b", b"c"]
    loop.remove(one)
    loop.remove(one)
    other.send(b"d")
    assert loop.turn(0) == 0
    one.close()
    other.close()
    loop.close()


def test_quiet_and_the_deadline_end_the_wait() -> None:
    loop, (reader, writer) = Loop(), os.pipe()
    with open(reader, "rb") as source:
        loop.add(source, IN, lambda _: None)
        assert not loop.run(lambda: False, time.monotonic() + 10, 0.01)
        os.write(writer, b"x")  # always ready, since nobody reads it
        assert not loop.run(lambda: False, time.monotonic() + 0.05, 5)
    os.close(writer)
    loop.close()


def test_steps_go_on_when_something_came_or_their_time_has() -> None:
    loop, (one, other) = Loop(), socket.socketpair()
    said: list[bytes] = []

    def steps() -> Steps[list[bytes]]:
        loop.add(one, IN, lambda _: said.append(one.recv(1)))
        other.send(b"a")
        while not said:
            yield time.monotonic() + 60
        yield time.monotonic() + 0.01
        loop.remove(one)
        return said

    assert loop.is_idle
    assert loop.finish(steps()) == [b"a"]
    assert loop.is_idle
    one.close()
    other.close()
    loop.close()
