"""Makes packets as bytes, from the network header on, as a host would send them. Pure."""

import struct

from msgspec import Struct

from backend.lab.watch import packet
from backend.lab.watch.packet import ACK, ICMP, ICMPV6, SYN, TCP, UDP, Packet
from backend.model.address import Address

MSS = 1460
WINDOW = 64240
_IPV4_SIZE = 20
_CHECKSUM_AT = {TCP: 16, UDP: 6, ICMP: 2, ICMPV6: 2}
_PORT_AT = {TCP: 2, UDP: 2, ICMP: 4, ICMPV6: 4}


class Header(Struct, frozen=True):
    """What all packets of one host to another have."""

    source: Address
    destination: Address
    ttl: int = 64
    tos: int = 0
    id: int = 0


def syn(header: Header, source_port: int, destination_port: int, seq: int, mss: int = MSS) -> bytes:
    return ip(header, TCP, _tcp((source_port, destination_port), seq, 0, SYN, struct.pack(">BBH", 2, 4, mss)))


def syn_ack(header: Header, ports: tuple[int, int], seq: int, ack: int, mss: int = MSS) -> bytes:
    return ip(header, TCP, _tcp(ports, seq, ack, SYN | ACK, struct.pack(">BBH", 2, 4, mss)))


def udp(header: Header, source_port: int, destination_port: int, payload: bytes = b"") -> bytes:
    size = packet.UDP_SIZE + len(payload)
    return ip(header, UDP, struct.pack(">HHHxx", source_port, destination_port, size) + payload)


def echo(header: Header, number: int, seq: int, payload: bytes = b"", is_reply: bool = False) -> bytes:
    """ICMP or ICMPv6, as the addresses are."""
    if header.source.version == 4:
        protocol, kind = ICMP, packet.ECHO_REPLY if is_reply else packet.ECHO_REQUEST
    else:
        protocol, kind = ICMPV6, packet.ECHO_REPLY_6 if is_reply else packet.ECHO_REQUEST_6
    return ip(header, protocol, struct.pack(">BxxxHH", kind, number, seq) + payload)


def ip(header: Header, protocol: int, body: bytes) -> bytes:
    """A packet around what a transport says; where its checksum belongs is 0."""
    source, destination = header.source.packed, header.destination.packed
    if header.source.version == 4:
        size, first = _IPV4_SIZE + len(body), 0x45
        made = struct.pack(">BBHHHBBxx", first, header.tos, size, header.id, 0, header.ttl, protocol)
    else:
        made = struct.pack(">IHBB", 6 << 28 | header.tos << 20, len(body), protocol, header.ttl)
    return with_checksums(made + source + destination + body)


def with_checksums(data: bytes) -> bytes:
    """A packet that was seen on its way may lack the checksum of its transport: the kernel leaves it to the last device
    (CHECKSUM_PARTIAL of include/linux/skbuff.h), and between namespaces there is none."""
    known = packet.parse(data)
    if known is None:
        return data
    made = bytearray(data)
    at, addresses = known.transport, data[8:40] if known.family == 6 else data[12:20]
    if known.family == 4:
        made[10:12] = b"\0\0"
        made[10:12] = _checksum(made[:at])
    place = at + _CHECKSUM_AT.get(known.protocol, len(data))
    if place + 2 > len(data) or known.fragment or known.has_more:
        return bytes(made)
    made[place : place + 2] = b"\0\0"
    pseudo = b"" if known.protocol == ICMP else addresses + struct.pack(">II", len(data) - at, known.protocol)
    made[place : place + 2] = _checksum(pseudo + made[at:])
    if known.protocol == UDP and made[place : place + 2] == b"\0\0":
        made[place : place + 2] = b"\xff\xff"
    return bytes(made)


def source_port(packet: Packet) -> int:
    """Or the identifier of an echo, which is translated as if it were one."""
    return packet.source_port or packet.echo_id


def to_port(data: bytes, old: int, new: int) -> bytes:
    """The same packet for another port, or with another identifier of an echo, where it is for the old one."""
    known = packet.parse(data)
    if known is None or known.protocol not in _PORT_AT or (known.destination_port or known.echo_id) != old:
        return data
    at = known.transport + _PORT_AT[known.protocol]
    return with_checksums(data[:at] + new.to_bytes(2) + data[at + 2 :])


def _tcp(ports: tuple[int, int], seq: int, ack: int, flags: int, options: bytes) -> bytes:
    size = packet.TCP_SIZE + len(options)
    return struct.pack(">HHIIBBHxxxx", *ports, seq, ack, size << 2, flags, WINDOW) + options


def _checksum(data: bytes | bytearray) -> bytes:
    """RFC 1071: the ones' complement of the ones' complement sum of all 16-bit words, which is a remainder."""
    number = int.from_bytes(bytes(data) + b"\0" * (len(data) & 1))
    rest = number % 0xFFFF
    return (0xFFFF - (rest or (0xFFFF if number else 0))).to_bytes(2)
