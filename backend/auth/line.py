"""One line through a socket, either way."""

import socket
from time import monotonic

from backend.auth.protocol import LIMIT, ProtocolError


def read_line(connection: socket.socket, limit_s: float) -> bytearray:
    """Empty where the other end said nothing. TimeoutError when it is not whole in time."""
    deadline = monotonic() + limit_s
    line = bytearray()
    while not line.endswith(b"\n"):
        connection.settimeout(max(0.001, deadline - monotonic()))
        part = connection.recv(4096)
        if not part:
            if line:
                raise ProtocolError("it broke off")
            return line
        line += part
        if len(line) > LIMIT:
            raise ProtocolError(f"more than {LIMIT} bytes")
    return line
