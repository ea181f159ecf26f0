import socket
from collections.abc import Iterator

import pytest

from backend.auth.line import read_line
from backend.auth.protocol import LIMIT, ProtocolError

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_a_line_in_pieces_is_whole(ends: Ends) -> None:
    for piece in (b"{}", b" ", b"\n"):
        ends[0].sendall(piece)
    assert read_line(ends[1], 5) == b"{} \n"


def test_one_that_breaks_off_or_never_ends_is_refused(ends: Ends) -> None:
    ends[0].sendall(b"{")
    with pytest.raises(TimeoutError):
        read_line(ends[1], 0.05)
    ends[0].sendall(b"x" * (LIMIT + 1))
    with pytest.raises(ProtocolError, match="more than"):
        read_line(ends[1], 5)
    ends[0].sendall(b"{")
    ends[0].close()
    while True:
        try:
            read_line(ends[1], 5)
        except ProtocolError as error:
            if "broke off" in str(error):
                break


def test_nothing_said_is_empty(ends: Ends) -> None:
    ends[0].close()
    assert read_line(ends[1], 5) == b""
