"""A machine that asks: TCP connections with an echo, UDP and ICMP echo, many at once from one address."""

import errno
import os
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum

from msgspec import Struct

from backend.lab.kernel.namespace import inside
from backend.lab.probe import token
from backend.lab.probe.loop import FAILED, IN, OUT, Loop
from backend.lab.probe.tcp import choose_sequence, close_silently
from backend.model.address import Address
from backend.model.flow import Service

FIRST_PORT = 40000
LARGEST = 65536
ECHO = {4: (socket.IPPROTO_ICMP, 8, 0), 6: (socket.IPPROTO_ICMPV6, 128, 129)}
"""Protocol, request, reply."""
HEADER = {
    socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TOS, socket.IP_TTL),
    socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_TCLASS, socket.IPV6_UNICAST_HOPS),
}


class Outcome(StrEnum):
    ANSWERED = "answered"
    CONNECTED = "connected"
    """The connection stands, but what is sent on it is not answered (yet)."""
    BROKEN = "broken"
    """The connection stood, and was ended before it was answered."""
    REFUSED = "refused"
    FAILED = "failed"
    SILENT = "silent"


class Ask(Struct, frozen=True):
    number: int
    service: Service
    source_port: int
    tos: int = 0
    ttl: int = 64


class Result(Struct, frozen=True):
    outcome: Outcome
    text: str = ""
    """What the socket was told."""


def source_port(number: int, wanted: int | None) -> int:
    return wanted if wanted is not None else FIRST_PORT + number % 20000


class Asker:
    def __init__(self, loop: Loop, namespace: int, source: Address, destination: Address) -> None:
        """`namespace` is an open descriptor."""
        self._loop = loop
        self._namespace = namespace
        self._source = source
        self._destination = destination
        self._family = socket.AF_INET if source.version == 4 else socket.AF_INET6
        self._sockets: dict[int, socket.socket] = {}
        self.results: dict[int, Result] = {}

    def ask(self, asks: Iterable[Ask]) -> None:
        with inside(self._namespace):
            for each in asks:
                self.results[each.number] = Result(Outcome.SILENT)
                try:
                    match each.service.protocol:
                        case "tcp":
                            self._tcp(each)
                        case "udp":
                            self._udp(each)
                        case _:
                            self._icmp(each)
                except OSError as error:
                    self._fail(each.number, error.errno or 0)

    def close(self, is_silent: bool = True) -> None:
        """`is_silent`: who was asked is not told, and keeps the connection."""
        self._leave(list(self._sockets), is_silent)

    def leave(self, numbers: Iterable[int]) -> None:
        """Nothing more is sent of these, and their results stay as they are."""
        self._leave(numbers, True)

    def _leave(self, numbers: Iterable[int], is_silent: bool) -> None:
        for number in numbers:
            opened = self._sockets.pop(number, None)
            if opened is not None:
                self._loop.remove(opened)
                close_silently(opened) if is_silent else opened.close()

    def _open(self, each: Ask, kind: int, protocol: int = 0) -> socket.socket:
        opened = socket.socket(self._family, kind | socket.SOCK_NONBLOCK, protocol)
        self._sockets[each.number] = opened
        level, tos, ttl = HEADER[self._family]
        opened.setsockopt(level, tos, each.tos)
        opened.setsockopt(level, ttl, each.ttl)
        return opened

    def _tcp(self, each: Ask) -> None:
        opened = self._open(each, socket.SOCK_STREAM)
        choose_sequence(opened, token.sequence(each.number))
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # which leaving repair mode takes back
        opened.bind((str(self._source), each.source_port))
        with suppress(BlockingIOError):
            opened.connect((str(self._destination), each.service.port))
        self._loop.add(opened, OUT | FAILED, lambda _: self._connected(each.number, opened))

    def _connected(self, number: int, opened: socket.socket) -> None:
        code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        try:
            if code:
                raise OSError(code, os.strerror(code))
            opened.send(token.payload(number))
        except OSError as error:
            self._fail(number, error.errno or 0)
            return
        self.results[number] = Result(Outcome.CONNECTED)
        self._loop.remove(opened)
        self._loop.add(opened, IN | FAILED, lambda _: self._received(number, opened))

    def _udp(self, each: Ask) -> None:
        opened = self._open(each, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind((str(self._source), each.source_port))
        opened.connect((str(self._destination), each.service.port))
        self._loop.add(opened, IN | FAILED, lambda _: self._received(each.number, opened))
        opened.send(token.payload(each.number))

    def _icmp(self, each: Ask) -> None:
        protocol, request, reply = ECHO[4 if self._family == socket.AF_INET else 6]
        opened = self._open(each, socket.SOCK_RAW, protocol)
        opened.bind((str(self._source), 0))
        opened.connect((str(self._destination), 0))
        self._loop.add(opened, IN | FAILED, lambda _: self._replied(each.number, opened, reply))
        opened.send(_echo(request, each.source_port, token.payload(each.number), protocol))

    def _received(self, number: int, opened: socket.socket) -> None:
        try:
            data = opened.recv(LARGEST)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(number, error.errno or 0)
            return
        found = token.of_payload(data)
        if found is not None and found == token.Token(number, token.Way.ANSWER):
            self._end(number, Result(Outcome.ANSWERED))
        elif not data and self.results[number].outcome is Outcome.CONNECTED:
            self._end(number, Result(Outcome.BROKEN, "closed before it was answered"))

    def _replied(self, number: int, opened: socket.socket, reply: int) -> None:
        """A raw socket is given all that comes with its protocol, in IPv4 with the header."""
        try:
            data = opened.recv(LARGEST)
        except BlockingIOError:
            return
        except OSError as error:
            self._fail(number, error.errno or 0)
            return
        data = data[(data[0] & 15) * 4 :] if self._family == socket.AF_INET else data
        found = token.of_payload(data, 8)
        if data[0] == reply and found is not None and found.number == number:
            self._end(number, Result(Outcome.ANSWERED))

    def _fail(self, number: int, code: int) -> None:
        outcome = Outcome.REFUSED if code == errno.ECONNREFUSED else Outcome.FAILED
        if self.results[number].outcome is Outcome.CONNECTED:
            outcome = Outcome.BROKEN
        self._end(number, Result(outcome, os.strerror(code) if code else ""))

    def _end(self, number: int, result: Result) -> None:
        self.results[number] = result
        opened = self._sockets.get(number)
        if opened is not None:
            self._loop.remove(opened)


def _echo(kind: int, identifier: int, data: bytes, protocol: int) -> bytes:
    """The kernel fills in the checksum of ICMPv6 only (raw(7), ipv6(7))."""
    head = struct.pack(">BBHHH", kind, 0, 0, identifier, 1)
    if protocol == socket.IPPROTO_ICMPV6:
        return head + data
    return struct.pack(">BBHHH", kind, 0, checksum(head + data), identifier, 1) + data


def checksum(data: bytes) -> int:
    """RFC 1071."""
    data += bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
