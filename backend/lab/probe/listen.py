"""Machines that answer: TCP and UDP echo on the ports that are asked for. The kernel answers pings by itself."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

from msgspec import Struct

from backend.lab.kernel.namespace import inside
from backend.lab.probe import token
from backend.lab.probe.loop import FAILED, IN, Loop
from backend.lab.probe.tcp import close_silently
from backend.model.address import Address
from backend.model.flow import Service

BACKLOG = 64
LARGEST = 65536


class Deaf(Struct, frozen=True):
    """A port on which nobody could be made to listen, and why."""

    address: Address
    service: Service
    reason: str


class Listeners:
    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._sockets: dict[int, socket.socket] = {}

    def start(self, namespace: int, address: Address, services: Iterable[Service]) -> list[Deaf]:
        """`namespace` is an open descriptor."""
        deaf = []
        with inside(namespace):
            for service in services:
                try:
                    if service.protocol == "tcp":
                        self._tcp(address, service.port)
                    elif service.protocol == "udp":
                        self._udp(address, service.port)
                except OSError as error:
                    deaf.append(Deaf(address, service, error.strerror or str(error)))
        return deaf

    def close(self) -> None:
        for each in list(self._sockets.values()):
            self._end(each)

    def _open(self, address: Address, port: int, kind: socket.SocketKind) -> socket.socket:
        opened = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, kind | socket.SOCK_NONBLOCK)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((str(address), port))
        except OSError:
            opened.close()
            raise
        return opened

    def _tcp(self, address: Address, port: int) -> None:
        listener = self._open(address, port, socket.SOCK_STREAM)
        listener.listen(BACKLOG)
        self._keep(listener, lambda: self._accept(listener))

    def _udp(self, address: Address, port: int) -> None:
        listener = self._open(address, port, socket.SOCK_DGRAM)
        self._keep(listener, lambda: _echo_datagram(listener))

    def _accept(self, listener: socket.socket) -> None:
        with suppress(BlockingIOError, ConnectionError):
            accepted, _ = listener.accept()
            accepted.setblocking(False)
            self._keep(accepted, lambda: self._echo(accepted))

    def _echo(self, accepted: socket.socket) -> None:
        try:
            data = accepted.recv(LARGEST)
            if data:
                accepted.send(token.answered(data))
                return
        except BlockingIOError:
            return
        except OSError:
            pass  # whoever asked has gone
        self._end(accepted)

    def _keep(self, opened: socket.socket, ready: Callable[[], None]) -> None:
        self._sockets[opened.fileno()] = opened
        self._loop.add(opened, IN | FAILED, lambda _: ready())

    def _end(self, opened: socket.socket) -> None:
        self._sockets.pop(opened.fileno(), None)
        self._loop.remove(opened)
        close_silently(opened)


def _echo_datagram(listener: socket.socket) -> None:
    with suppress(OSError):  # an error of an earlier answer, or nothing to read after all
        data, sender = listener.recvfrom(LARGEST)
        listener.sendto(token.answered(data), sender)
