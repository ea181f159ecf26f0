import os
import socket

from backend.engine.workers.passing import receive


def test_descriptors_come_with_their_bytes_and_stay_with_this_program() -> None:
    one, other = socket.socketpair()
    with one, other:
        socket.send_fds(one, [b"two"], [0, 1])
        data, descriptors = receive(other, 100)
        assert data == b"two"
        assert [os.get_inheritable(each) for each in descriptors] == [False, False]
        for each in descriptors:
            os.close(each)
        one.send(b"none")
        assert receive(other, 2) == (b"no", [])
        one.close()
        assert receive(other, 100) == (b"ne", [])
        assert receive(other, 100) == (b"", [])
