"""Packets stamped so that each is known again wherever it is seen: IPv4 by the identification, IPv6 by the flow label,
which neither rules nor routers change. What a router sends of its own has others, or is of another kind."""

from backend.lab.watch.craft import with_checksums
from backend.lab.watch.packet import ICMP, ICMPV6, TCP

MOST = 0xFFFF
FLAGS = 0x3F
"""Of TCP; a rule may clear the two above."""


def stamped(data: bytes, number: int) -> bytes:
    if data[0] >> 4 == 4:
        return with_checksums(data[:4] + number.to_bytes(2) + data[6:])
    return data[:1] + bytes([data[1] & 0xF0]) + number.to_bytes(2) + data[4:]


def number_of(data: bytes) -> int:
    if data[0] >> 4 == 4:
        return int.from_bytes(data[4:6])
    return -1 if data[1] & 0x0F else int.from_bytes(data[2:4])


def kind_of(data: bytes) -> tuple[int, int]:
    """Protocol, and what tells an answer from what it answers."""
    if data[0] >> 4 == 4:
        protocol, at = data[9], (data[0] & 15) << 2
    else:
        protocol, at = data[6], 40
    if protocol == TCP and len(data) > at + 13:
        return protocol, data[at + 13] & FLAGS
    if protocol in (ICMP, ICMPV6) and len(data) > at:
        return protocol, data[at]
    return protocol, 0
