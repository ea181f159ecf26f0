"""The bytes of a packet, as far as the flow tells them: what matches read that look anywhere into it.

A packet of ours has no IP options, and is whole. A bit that nobody tells is 0 in `value` and in `mask`.
"""

from msgspec import Struct

from backend.model.flow import PORT_PROTOCOLS
from backend.sim.netfilter.protocols import AH, DCCP, ESP, ICMP, ICMPV6, SCTP, TCP, UDP, UDPLITE
from backend.sim.packet import Packet

TRANSPORT_LENGTH = {TCP: 20, UDP: 8, UDPLITE: 8, SCTP: 12, DCCP: 12, ICMP: 8, ICMPV6: 8, ESP: 8, AH: 12}
"""Bytes that surely are there behind the IP header."""
ECHO4, ECHO6 = (0, 8), (128, 129)


class Word(Struct, frozen=True):
    """Four bytes."""

    value: int
    mask: int

    @property
    def is_known(self) -> bool:
        return self.mask == 0xFFFFFFFF

    @property
    def highest(self) -> int:
        return self.value | (self.mask ^ 0xFFFFFFFF)


class _Writer:
    def __init__(self) -> None:
        self.value, self.mask, self.bits = 0, 0, 0

    def add(self, bits: int, value: int | None) -> None:
        full = (1 << bits) - 1
        self.value = self.value << bits | ((value or 0) & full)
        self.mask = self.mask << bits | (0 if value is None else full)
        self.bits += bits


class Known(Struct, frozen=True):
    value: int
    mask: int
    bits: int
    length: int | None
    """Of the whole packet, in bytes, if the flow tells it."""

    def word(self, at: int) -> Word | None:
        """The four bytes there; None where the packet has ended."""
        if self.length is not None and at + 4 > self.length:
            return None
        shift = self.bits - 8 * (at + 4)
        if shift >= 0:
            return Word(self.value >> shift & 0xFFFFFFFF, self.mask >> shift & 0xFFFFFFFF)
        if shift > -32:
            return Word(self.value << -shift & 0xFFFFFFFF, self.mask << -shift & 0xFFFFFFFF)
        return Word(0, 0)

    def surely_has(self, at: int) -> bool:
        return self.length is not None or 8 * (at + 4) <= self.bits


def known_bytes(packet: Packet) -> Known:
    writer = _Writer()
    if packet.family == 4:
        _header4(writer, packet)
    else:
        _header6(writer, packet)
    start = writer.bits
    _transport(writer, packet)
    missing = TRANSPORT_LENGTH.get(packet.protocol or 0, 0) * 8 - (writer.bits - start)
    if missing > 0:
        writer.add(missing, None)
    return Known(writer.value, writer.mask, writer.bits, packet.content.length)


def _header4(writer: _Writer, packet: Packet) -> None:
    writer.add(8, 0x45)
    writer.add(8, packet.tos)
    writer.add(16, packet.content.length)
    writer.add(16, None)  # identification
    writer.add(1, 0)
    writer.add(1, None)  # may it be cut?
    writer.add(14, 0)
    writer.add(8, packet.ttl)
    writer.add(8, packet.protocol)
    writer.add(16, None)  # checksum
    writer.add(32, packet.source)
    writer.add(32, packet.destination)


def _header6(writer: _Writer, packet: Packet) -> None:
    length = packet.content.length
    writer.add(4, 6)
    writer.add(8, packet.tos)
    writer.add(20, None)  # flow label
    writer.add(16, None if length is None else length - 40)
    writer.add(8, packet.protocol)
    writer.add(8, packet.ttl)
    writer.add(128, packet.source)
    writer.add(128, packet.destination)


def _transport(writer: _Writer, packet: Packet) -> None:
    protocol, content = packet.protocol, packet.content
    if protocol in PORT_PROTOCOLS:
        writer.add(16, packet.source_port)
        writer.add(16, packet.destination_port)
        if protocol == TCP:
            writer.add(64, None)  # sequence and acknowledgement
            writer.add(8, None)
            writer.add(8, content.flags)
        elif protocol == UDP:
            header = 20 if packet.family == 4 else 40
            writer.add(16, None if content.length is None else content.length - header)
    elif protocol in (ICMP, ICMPV6):
        kind = content.icmp
        writer.add(8, None if kind is None else kind[0])
        writer.add(8, None if kind is None else kind[1])
        if kind is not None and kind[0] in (ECHO4 if protocol == ICMP else ECHO6):
            writer.add(16, None)  # checksum
            writer.add(16, content.echo)
    elif protocol == ESP:
        writer.add(32, content.spi)
    elif protocol == AH:
        writer.add(32, None)
        writer.add(32, content.spi)
