"""What makes the packets of a probe known again wherever they are seen and however they have been translated. Pure.

TCP carries the number of the probe in the initial sequence number of the one who asks, UDP and echo in the payload.
Translation changes addresses, ports and the identifier of an echo, but neither of these.
"""

import struct
from enum import StrEnum

from msgspec import Struct

from backend.lab.watch.packet import ACK, ECHO_REPLY, ECHO_REPLY_6, ICMP, PSH, RST, SYN, TCP, Packet

MAGIC = b"a probe"
BODY = struct.Struct(">7sIB")
"""All of it is in the 20 bytes that nf_tables tells of what follows the network's header."""
SHIFT = 12
"""A probe sends less than 4096 bytes, so the sequence numbers of two probes do not meet."""
MOST = (1 << (32 - SHIFT)) - 2


class Way(StrEnum):
    FORWARD = "forward"
    ANSWER = "answer"
    DATA = "data"
    """What is sent on a TCP connection that stands."""
    ECHO = "echo"
    """What comes back on it."""
    ERROR = "error"
    """An ICMP error about one of them, or a reset of a connection of which its sender knows nothing."""


LATER = {Way.FORWARD: Way.DATA, Way.ANSWER: Way.ECHO}
"""What follows on a connection → the way of what opened it."""


class Token(Struct, frozen=True):
    number: int
    way: Way


def sequence(number: int) -> int:
    return (number + 1) << SHIFT


def of_sequence(value: int) -> int | None:
    """The probe whose bytes have this number."""
    return (value >> SHIFT) - 1 if value >> SHIFT else None


def payload(number: int, way: Way = Way.FORWARD) -> bytes:
    return BODY.pack(MAGIC, number, way is Way.ANSWER)


def of_payload(data: bytes, at: int = 0) -> Token | None:
    if not data.startswith(MAGIC, at) or len(data) < at + BODY.size:
        return None
    _, number, is_answer = BODY.unpack_from(data, at)
    return Token(number, Way.ANSWER if is_answer else Way.FORWARD)


def answered(data: bytes) -> bytes:
    """What the one who is asked sends back."""
    token = of_payload(data)
    return data if token is None else payload(token.number, Way.ANSWER)


def recognised(packet: Packet, data: bytes) -> Token | None:
    """Whose packet it is; None for one that no probe has sent or caused."""
    if packet.quoted is not None:
        about = recognised(packet.quoted, data)
        return None if about is None else Token(about.number, Way.ERROR)
    if packet.protocol == TCP:
        return _of_segment(packet, data)
    found = of_payload(data, packet.payload)
    is_reply = packet.icmp_type == (ECHO_REPLY if packet.protocol == ICMP else ECHO_REPLY_6)
    return Token(found.number, Way.ANSWER) if found is not None and is_reply else found


def _of_segment(packet: Packet, data: bytes) -> Token | None:
    """By our numbers where a connection is opened or reset, later by what is sent."""
    if packet.flags & (SYN | ACK) == SYN:
        number, way = of_sequence(packet.seq), Way.FORWARD
    elif packet.flags & (SYN | RST) and packet.flags & ACK:
        number, way = of_sequence(packet.ack), Way.ANSWER
    elif packet.flags & RST or not packet.flags:
        # About a segment that had an ACK (RFC 9293, 3.5.2), or one that an ICMP error quotes no further.
        number, way = of_sequence(packet.seq), Way.ERROR
    else:
        return _of_data(packet, data)
    return None if number is None else Token(number, way)


def _of_data(packet: Packet, data: bytes) -> Token | None:
    if packet.flags & PSH and len(data) <= packet.payload:
        # It was not copied; then by the number that is ours. The other end's is chosen at random, and seldom smaller.
        ours = min(packet.seq, packet.ack)
        number = of_sequence(ours)
        return None if number is None else Token(number, Way.DATA if ours == packet.seq else Way.ECHO)
    found = of_payload(data, packet.payload)
    return None if found is None else Token(found.number, LATER[found.way])
