"""What a packet says of itself, from its network header on. Pure.

RFC 791, 8200 (IPv4 and IPv6), 9293 (TCP), 768 (UDP), 792 and 4443 (ICMP).
"""

import struct
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from backend.model.address import Address, Family

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS = 0, 43, 44, 51, 60
FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ECHO_REPLY, ECHO_REQUEST = 0, 8
ECHO_REQUEST_6, ECHO_REPLY_6 = 128, 129
NEIGHBOR_SOLICITATION = 135
ECHOES = {ICMP: (ECHO_REPLY, ECHO_REQUEST), ICMPV6: (ECHO_REQUEST_6, ECHO_REPLY_6)}
ERRORS = {ICMP: (3, 4, 5, 11, 12), ICMPV6: (1, 2, 3, 4)}
"""What quotes the packet that it is about."""

_IPV4 = struct.Struct(">BBHHHBBxx4s4s")
_IPV6 = struct.Struct(">IHBB16s16s")
_TCP = struct.Struct(">HHIIBB")
_PORTS = struct.Struct(">HH")
_ICMP = struct.Struct(">BBxxHH")
_FRAGMENT = struct.Struct(">BxHI")
TCP_SIZE, UDP_SIZE, ICMP_SIZE = 20, 8, 8


class Packet(Struct, frozen=True):
    """Numbers that a packet does not have, or that were not copied, are 0; an ICMP type or code then is -1."""

    family: Family
    source: Address
    destination: Address
    protocol: int
    ttl: int
    tos: int
    id: int
    """IPv6 has one in fragments only."""
    fragment: int = 0
    """Where in the whole packet this fragment begins, in bytes."""
    has_more: bool = False
    transport: int = 0
    """Where the header begins that follows those of IP."""
    source_port: int = 0
    destination_port: int = 0
    seq: int = 0
    ack: int = 0
    flags: int = 0
    icmp_type: int = -1
    icmp_code: int = -1
    echo_id: int = 0
    echo_seq: int = 0
    payload: int = 0
    """Where it begins: behind the headers of TCP, UDP or ICMP, else behind those of IP."""
    quoted: "Packet | None" = None
    """The packet that an ICMP error is about."""


_Network = tuple[Family, Address, Address, int, int, int, int, int, bool, int]


def parse(data: bytes, at: int = 0) -> Packet | None:
    """None where not even the network header was copied."""
    version = data[at] >> 4 if at < len(data) else 0
    if version == 4 and len(data) - at >= _IPV4.size:
        size, tos, _, number, offset, ttl, protocol, source, destination = _IPV4.unpack_from(data, at)
        network: _Network = (
            4, _ipv4(source), _ipv4(destination), protocol, ttl, tos, number, (offset & 0x1FFF) << 3,
            bool(offset & 0x2000), at + ((size & 15) << 2),
        )  # fmt: skip
        return _transport(data, network)
    if version == 6 and len(data) - at >= _IPV6.size:
        return _ipv6_packet(data, at)
    return None


def _ipv6_packet(data: bytes, at: int) -> Packet:
    first, _, header, ttl, source, destination = _IPV6.unpack_from(data, at)
    header, at, number, offset, has_more = _extensions(data, at + _IPV6.size, header)
    tos = first >> 20 & 255
    return _transport(data, (6, _ipv6(source), _ipv6(destination), header, ttl, tos, number, offset, has_more, at))


def _extensions(data: bytes, at: int, header: int) -> tuple[int, int, int, int, bool]:
    """The header that none of them is, where it begins, and what a fragment header says."""
    number, offset, has_more = 0, 0, False
    while at + 8 <= len(data):
        if header in (HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS):
            header, at = data[at], at + (data[at + 1] + 1 << 3)
        elif header == FRAGMENT:
            header, placed, number = _FRAGMENT.unpack_from(data, at)
            offset, has_more, at = placed & 0xFFF8, bool(placed & 1), at + 8
            if offset:
                break
        elif header == AUTHENTICATION:
            header, at = data[at], at + (data[at + 1] + 2 << 2)
        else:
            break
    return header, at, number, offset, has_more


def _transport(data: bytes, network: _Network) -> Packet:
    protocol, at = network[3], network[9]
    left = len(data) - at
    if not network[7]:
        if protocol == TCP and left >= _TCP.size:
            source, destination, seq, ack, size, flags = _TCP.unpack_from(data, at)
            return Packet(*network, source, destination, seq, ack, flags, payload=at + (size >> 4 << 2))
        if protocol == UDP and left >= _PORTS.size:
            source, destination = _PORTS.unpack_from(data, at)
            return Packet(*network, source, destination, payload=at + UDP_SIZE)
        if protocol in ECHOES and left >= _ICMP.size:
            return _icmp(data, at, network)
        if protocol == TCP and left >= _PORTS.size:  # as little as an ICMP error may quote
            source, destination = _PORTS.unpack_from(data, at)
            seq = int.from_bytes(data[at + 4 : at + 8]) if left >= 8 else 0
            return Packet(*network, source, destination, seq, payload=len(data))
    return Packet(*network, payload=min(at, len(data)))


def _icmp(data: bytes, at: int, network: _Network) -> Packet:
    kind, code, number, seq = _ICMP.unpack_from(data, at)
    behind = at + ICMP_SIZE
    if kind in ECHOES[network[3]]:
        return Packet(*network, 0, 0, 0, 0, 0, kind, code, number, seq, behind)
    quoted = parse(data, behind) if kind in ERRORS[network[3]] else None
    return Packet(*network, 0, 0, 0, 0, 0, kind, code, 0, 0, behind, quoted)


@lru_cache(1 << 14)
def _ipv4(packed: bytes) -> IPv4Address:
    """Addresses are made once: making one takes longer than reading all of a packet."""
    return IPv4Address(packed)


@lru_cache(1 << 14)
def _ipv6(packed: bytes) -> IPv6Address:
    return IPv6Address(packed)
