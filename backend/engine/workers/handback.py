"""What a process hands back to its template, for those that are forked after it; it does not go through the engine."""

import os
import socket

from backend.engine.workers.passing import receive

LIMIT = 1 << 27
"""Bytes at once."""


class Handback:
    """One for a template and all that it forks."""

    def __init__(self) -> None:
        self._end, self.child_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def fileno(self) -> int:
        return self._end.fileno()

    def send(self, data: bytes) -> None:
        """As a file of no name, so that the message itself is short."""
        if len(data) > LIMIT:
            return
        with open(os.memfd_create("handback"), "wb", buffering=0) as file:
            file.write(data)
            socket.send_fds(self.child_end, [b"."], [file.fileno()])

    def receive(self) -> bytes | None:
        """None where it was nothing that `send` sends."""
        _, descriptors = receive(self._end, 1)
        found = None
        for descriptor in descriptors:
            with open(descriptor, "rb") as file:
                if os.fstat(descriptor).st_size <= LIMIT:
                    file.seek(0)
                    found = file.read(LIMIT)
        return found
