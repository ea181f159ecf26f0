"""The probes of a traceroute, by protocol: sent with a hop limit, and told from each other by a key."""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from backend.lab.probe.icmp import Ear, echo_body, hop_limit, new_number
from backend.lab.probe.loop import FAILED, IN, OUT, Loop
from backend.lab.watch.packet import ICMP, ICMPV6, TCP, UDP
from backend.model.address import Address

MOST = 30
FIRST_PORT = 33434
"""Of udp, where no port is named: each probe has its own, on which nobody listens (traceroute(8))."""
TCP_PORT = 80
PAYLOAD = b"tsim trace"
Key = tuple[int, int, int]
"""Protocol, source port or number of the echo, its place: by which an ICMP error tells what it is about."""
Tell = Callable[[Key, str], None]
"""What the destination itself answers to a probe."""


class Asked(Struct, frozen=True):
    namespace: int
    """An open descriptor."""
    source: Address
    destination: Address
    protocol: str = "icmp"
    """Or `udp`, `tcp`."""
    port: int | None = None
    count: int = 3
    """Probes for each hop."""
    most: int = MOST


class Echoes:
    def __init__(self, loop: Loop, asked: Asked, ear: Ear, end: Tell) -> None:
        self._asked = asked
        self._ear = ear
        self._number = new_number()
        self._protocol = ICMP if asked.source.version == 4 else ICMPV6

    def send(self, number: int, ttl: int) -> Key:
        body = echo_body(self._asked.source, self._asked.destination, self._number, number)
        self._ear.send(body, self._asked.destination, ttl)
        return self._protocol, self._number, number

    def close(self) -> None:
        pass


class Sockets:
    """A socket for each probe, so that its port tells them apart."""

    kind: socket.SocketKind

    def __init__(self, loop: Loop, asked: Asked, ear: Ear, end: Tell) -> None:
        self._loop = loop
        self._asked = asked
        self._end = end
        self._sockets: list[socket.socket] = []

    def send(self, number: int, ttl: int) -> Key:
        raise NotImplementedError

    def close(self) -> None:
        for each in self._sockets:
            self._loop.remove(each)
            each.close()

    def _open(self, ttl: int) -> socket.socket:
        family = socket.AF_INET if self._asked.source.version == 4 else socket.AF_INET6
        opened = socket.socket(family, self.kind | socket.SOCK_NONBLOCK)
        self._sockets.append(opened)
        opened.setsockopt(*hop_limit(self._asked.source), ttl)
        opened.bind((str(self._asked.source), 0))
        return opened


class Datagrams(Sockets):
    kind = socket.SOCK_DGRAM

    def send(self, number: int, ttl: int) -> Key:
        opened = self._open(ttl)
        opened.connect((str(self._asked.destination), self._asked.port or FIRST_PORT + number))
        key = (UDP, opened.getsockname()[1], 0)
        self._loop.add(opened, IN | FAILED, lambda _: self._received(key, opened))
        opened.send(PAYLOAD)
        return key

    def _received(self, key: Key, opened: socket.socket) -> None:
        with suppress(OSError):  # an ICMP error, which the ear hears, with who sent it
            opened.recv(len(PAYLOAD))
            self._end(key, "answered")


class Connections(Sockets):
    kind = socket.SOCK_STREAM

    def send(self, number: int, ttl: int) -> Key:
        opened = self._open(ttl)
        with suppress(BlockingIOError):
            opened.connect((str(self._asked.destination), self._asked.port or TCP_PORT))
        key = (TCP, opened.getsockname()[1], 0)
        self._loop.add(opened, OUT | FAILED, lambda _: self._connected(key, opened))
        return key

    def _connected(self, key: Key, opened: socket.socket) -> None:
        self._loop.remove(opened)
        code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code in (0, errno.ECONNREFUSED):
            self._end(key, "refused" if code else "connected")


SENDERS: dict[str, Callable[[Loop, Asked, Ear, Tell], Echoes | Sockets]] = {
    "icmp": Echoes,
    "udp": Datagrams,
    "tcp": Connections,
}
PROTOCOLS = tuple(SENDERS)
