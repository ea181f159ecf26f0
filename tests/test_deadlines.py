import socket
from time import monotonic

from backend.deadlines import Deadlines


def test_who_is_late_is_read_no_more_and_all_others_are() -> None:
    late, late_end = socket.socketpair()
    ended, ended_end = socket.socketpair()
    early, early_end = socket.socketpair()
    with late, late_end, ended, ended_end, early, early_end:
        deadlines = Deadlines()
        deadlines.begin(early, monotonic() + 600)
        deadlines.begin(ended, monotonic())
        deadlines.end(ended)
        deadlines.end(ended)
        deadlines.begin(late, monotonic())
        assert late.recv(1) == b""
        for connection, end in ((early, early_end), (ended, ended_end)):
            end.send(b"x")
            assert connection.recv(1) == b"x"
