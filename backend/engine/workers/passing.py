"""Bytes with descriptors from a Unix socket. `socket.recv_fds` of Python 3.11 forgets the flags that it is given."""

import array
import socket

MOST = 16


def receive(end: socket.socket, size: int) -> tuple[bytes, list[int]]:
    """The kernel closes the descriptors in all programs that are started later (MSG_CMSG_CLOEXEC in recvmsg(2))."""
    found = array.array("i")
    room = socket.CMSG_LEN(MOST * found.itemsize)
    data, ancillary, _, _ = end.recvmsg(size, room, socket.MSG_CMSG_CLOEXEC)
    for level, kind, body in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.frombytes(body[: len(body) - len(body) % found.itemsize])
    return data, list(found)
