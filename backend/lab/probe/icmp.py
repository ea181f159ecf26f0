"""ICMP as a machine hears it: echo replies, and what others say of the packets that it sent."""

import errno
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count

from msgspec import Struct

from backend.lab.kernel.namespace import inside
from backend.lab.probe.loop import FAILED, IN, Loop
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import ECHO_REPLY, ECHO_REPLY_6, ICMP, ICMPV6, Packet, parse
from backend.model.address import Address, parse_address

LARGEST = 65536
ANCILLARY = 256
TIMESTAMP = 35
"""SO_TIMESTAMPNS of include/uapi/asm-generic/socket.h: when the kernel had the packet, whenever it is read."""
_TIME = struct.Struct("=qq")
_IPV6 = struct.Struct(">IHBB")

TIME_EXCEEDED = {ICMP: 11, ICMPV6: 3}
REPLY = {ICMP: ECHO_REPLY, ICMPV6: ECHO_REPLY_6}
REDIRECT = 5
"""Of ICMP; it is no answer, since the packet was passed on."""
PAYLOAD = bytes(range(56))
_numbers = count(1)
WORDS = {
    (ICMP, 3): (
        "net unreachable", "host unreachable", "protocol unreachable", "port unreachable", "fragmentation needed",
        "source route failed", "net unknown", "host unknown", "host isolated", "net prohibited", "host prohibited",
        "net unreachable for this tos", "host unreachable for this tos", "administratively prohibited",
        "precedence violation", "precedence cutoff",
    ),
    (ICMP, 11): ("time to live exceeded", "reassembly time exceeded"),
    (ICMP, 12): ("parameter problem",),
    (ICMPV6, 1): (
        "no route", "administratively prohibited", "beyond scope of the source", "address unreachable",
        "port unreachable", "source address failed policy", "reject route",
    ),
    (ICMPV6, 2): ("packet too big",),
    (ICMPV6, 3): ("hop limit exceeded", "reassembly time exceeded"),
    (ICMPV6, 4): ("parameter problem",),
}  # fmt: skip
"""By type, and in their order by code (RFC 792, 1122, 1812; RFC 4443)."""
REFUSALS = {
    errno.EACCES: "a prohibit route, or a broadcast address",
    errno.EINVAL: "a blackhole route",
    errno.EPERM: "a rule of its own",
}
"""What the kernel means when it does not let a socket send."""


def words(packet: Packet) -> str:
    """What it says, if it is an ICMP error."""
    if packet.icmp_type == REPLY[packet.protocol]:
        return "reply"
    known = WORDS.get((packet.protocol, packet.icmp_type), ())
    if packet.icmp_code < len(known):
        return known[packet.icmp_code]
    return f"ICMP type {packet.icmp_type} code {packet.icmp_code}"


def answered(packet: Packet) -> Packet | None:
    """What it answers, with the numbers of what was sent; None where it is no answer."""
    about = packet.quoted
    if about is None:
        return packet if packet.icmp_type == REPLY[packet.protocol] else None
    if (packet.protocol == ICMP and packet.icmp_type == REDIRECT) or about.icmp_type == REPLY.get(about.protocol):
        return None
    return about


def is_time_exceeded(packet: Packet) -> bool:
    return packet.icmp_type == TIME_EXCEEDED[packet.protocol] and packet.icmp_code == 0


def new_number() -> int:
    """By which one who pings is known from all others in this process."""
    return next(_numbers) & 0xFFFF


def echo_body(source: Address, destination: Address, number: int, seq: int) -> bytes:
    """An echo request without its network header, which the kernel writes."""
    whole = craft.echo(Header(source, destination), number, seq, PAYLOAD)
    made = parse(whole)
    assert made is not None
    return whole[made.transport :]


class Heard(Struct, frozen=True):
    packet: Packet
    time_s: float
    """Of the clock that `time.time` reads."""


class Ear:
    """A raw socket of one machine at one of its addresses: all ICMP that comes to it, and what it sends itself."""

    def __init__(self, loop: Loop, namespace: int, address: Address, hear: Callable[[Heard], None]) -> None:
        """`namespace` is an open descriptor."""
        self._loop = loop
        self._address = address
        self._hear = hear
        is_v4 = address.version == 4
        family, protocol = (socket.AF_INET, ICMP) if is_v4 else (socket.AF_INET6, ICMPV6)
        with inside(namespace):
            self._socket = socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK, protocol)
        self._level, self._ttl = hop_limit(address)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, TIMESTAMP, 1)
            if not is_v4:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
            self._socket.bind((str(address), 0))
        except OSError:
            self._socket.close()
            raise
        loop.add(self._socket, IN | FAILED, lambda _: self._read())

    def send(self, body: bytes, destination: Address, ttl: int = 64) -> None:
        self._socket.setsockopt(self._level, self._ttl, ttl)
        self._socket.sendto(body, (str(destination), 0))

    def close(self) -> None:
        self._loop.remove(self._socket)
        self._socket.close()

    def _read(self) -> None:
        with suppress(BlockingIOError):
            while True:
                data, ancillary, _, sender = self._socket.recvmsg(LARGEST, ANCILLARY)
                said = {(level, kind): value for level, kind, value in ancillary}
                packet = parse(data if self._address.version == 4 else self._with_header(data, sender[0], said))
                if packet is not None:
                    self._hear(Heard(packet, _time_of(said)))

    def _with_header(self, data: bytes, sender: str, said: dict[tuple[int, int], bytes]) -> bytes:
        """The kernel gives no header of IPv6 (ipv6(7))."""
        hops = said.get((socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT), b"\0")[0]
        source = socket.inet_pton(socket.AF_INET6, sender.partition("%")[0])
        return _IPV6.pack(6 << 28, len(data), ICMPV6, hops) + source + self._address.packed + data


def _time_of(said: dict[tuple[int, int], bytes]) -> float:
    stamp = said.get((socket.SOL_SOCKET, TIMESTAMP))
    if stamp is None or len(stamp) != _TIME.size:
        return time.time()
    seconds, nanoseconds = _TIME.unpack(stamp)
    return float(seconds + nanoseconds / 1e9)


def not_sent(error: OSError) -> str:
    """Why a machine does not send what it is asked to."""
    why = REFUSALS.get(error.errno or 0)
    return f"not sent: {error.strerror}{f' ({why})' if why else ''}"


def hop_limit(address: Address) -> tuple[int, int]:
    """Level and name of the socket option."""
    if address.version == 4:
        return socket.IPPROTO_IP, socket.IP_TTL
    return socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS


def chosen_source(namespace: int, destination: Address) -> Address:
    """The address that a machine sends from to a destination; OSError is the kernel's refusal."""
    family = socket.AF_INET if destination.version == 4 else socket.AF_INET6
    with inside(namespace), socket.socket(family, socket.SOCK_DGRAM) as asked:
        asked.connect((str(destination), 9))  # sends nothing
        found = parse_address(asked.getsockname()[0].partition("%")[0])
    if found.is_link_local:
        raise OSError(errno.EADDRNOTAVAIL, "no address but those of the link")
    return found
