import os
import socket

import pytest

from backend.engine.workers.frame import Kind, header
from backend.engine.workers.line import Line
from backend.engine.workers.message import Ended, Fork, Forked, Load, Order, decode_report, encode
from backend.engine.workers.passing import receive


def framed(*orders: Order) -> bytes:
    return b"".join(header(Kind.SAID, len(encode(order))) + encode(order) for order in orders)


def test_orders_come_with_their_descriptors_however_they_are_cut() -> None:
    ours, theirs = socket.socketpair()
    line = Line(theirs)
    readers = []
    orders: list[Order] = [Load("works", b"x"), Fork(1, "echo"), Fork(2, "echo", 7)]
    ours.sendall(framed(orders[0])[:5])
    ours.sendall(framed(orders[0])[5:])
    for order in orders[1:]:
        reader, writer = os.pipe()
        socket.send_fds(ours, [framed(order)], [writer])
        os.close(writer)
        readers.append(reader)
    found = [line.receive() for _ in orders]
    assert [order for order, _ in found] == orders
    assert [line.has_more] == [False]
    assert found[0][1] is None
    for reader, (_, descriptor) in zip(readers, found[1:], strict=True):
        assert descriptor is not None
        os.write(descriptor, b"x")
        os.close(descriptor)
        assert os.read(reader, 9) == b"x"
        os.close(reader)
    ours.sendall(framed(*orders[:1] * 3))
    assert line.receive()[0] == orders[0]
    assert [line.has_more] == [True]
    ours.close()
    theirs.close()


def test_reports_go_with_theirs() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        line = Line(theirs)
        line.send(Ended(3, -9))
        line.send(Forked(4, 77), descriptor=1)
        data, descriptors = receive(ours, 1000)
        assert decode_report(data[9:][: data[8]]) == Ended(3, -9)
        assert decode_report(data[9 + data[8] + 9 :]) == Forked(4, 77)
        assert len(descriptors) == 1
        os.close(descriptors[0])


def test_it_knows_when_the_engine_is_gone() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        line = Line(theirs)
        assert [line.is_cut] == [False]
        ours.close()
        assert [line.is_cut] == [True]
        with pytest.raises(EOFError):
            line.receive()
