"""Trace events of iptables-legacy, which come as messages of nfnetlink_log. Pure.

include/uapi/linux/netfilter/nfnetlink_log.h; net/netfilter/nfnetlink_log.c has the order of the attributes.

What rules log to group 0 comes here too, and may be made to look like an event. LOG does not come: it asks for the
system's log (nf_log_packet in net/netfilter/nf_log.c). What NFLOG says the kernel keeps back, our threshold being above
1, until a trace event comes, whose own threshold is 1 and which sends both: only the last message of a datagram can be
an event. That holds while every packet is traced, and for rules that do not ask for a threshold of 1 themselves; so
these are loaded without their target, which decides nothing.
"""

import struct

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import ACK, ATTRIBUTE, Message, attribute
from backend.lab.watch.event import Event, Kind
from backend.model.address import Family

PACKET, CONFIGURE = 4 << 8, 4 << 8 | 1
"""NFNL_SUBSYS_ULOG with NFULNL_MSG_PACKET and NFULNL_MSG_CONFIG."""
BIND, BIND_FAMILY = 1, 3
COPY_PACKET = 2
COPIED = 192
BEGIN = "TRACE: "
THRESHOLD = 100
INET, INET6 = 2, 10
FAMILIES: dict[int, Family] = {INET: 4, INET6: 6}

MARK, TIMESTAMP, INDEV, OUTDEV, HARDWARE_ADDRESS, PAYLOAD, PREFIX = 2, 3, 4, 5, 8, 9, 10
FAMILY_AT, HOOK_AT, PREFIX_AT = 16, 26, 28
HARDWARE_SIZE, TIMESTAMP_SIZE = 52, 20
"""What is told of an Ethernet header, and of the time in the first three hooks."""
FORWARD = 2
SHORTEST = 32
"""Two devices, a mark, and the head of the packet: what is shorter does not have all of them."""

_HEAD = struct.Struct("=IH")
_NUMBER = struct.Struct(">I")
_Place = tuple[str, str, Kind, int]


def bind_messages() -> list[Message]:
    """Trace events go where packets of a family are logged by default; then, what we want of group 0.

    The first is what nfnetlink_log in /proc/sys/net/netfilter/nf_log/2 does too, but here the kernel loads its module.
    """
    families = [_configure(family, attribute(1, bytes([BIND_FAMILY]))) for family in (INET, INET6)]
    mode = attribute(2, struct.pack(">IBx", COPIED, COPY_PACKET))
    threshold = attribute(5, _NUMBER.pack(THRESHOLD))
    return [*families, _configure(0, attribute(1, bytes([BIND])) + mode + threshold)]


def _configure(family: int, body: bytes) -> Message:
    return Message(CONFIGURE, ACK, struct.pack("=BBH", family, 0, 0) + body)


class Decoder:
    """It remembers what the prefixes mean, of which there are not more than rules and chains."""

    def __init__(self) -> None:
        self._places: dict[bytes, _Place | None] = {}

    def event(self, data: bytes) -> Event | None:
        """The one that a datagram holds, or None."""
        length, kind = _HEAD.unpack_from(data)
        if length != len(data):
            data = _last(data)
            length, kind = _HEAD.unpack_from(data)
        if kind != PACKET or data[PREFIX_AT + 2] != PREFIX:
            return None
        (size, _) = ATTRIBUTE.unpack_from(data, PREFIX_AT)
        prefix = data[PREFIX_AT + 4 : PREFIX_AT + size]
        try:
            place = self._places[prefix]
        except KeyError:
            place = self._places[prefix] = _place(prefix)
        family = FAMILIES.get(data[FAMILY_AT])
        if place is None or family is None:
            return None
        iif, oif, mark, packet = _rest(data, PREFIX_AT + (size + 3 & ~3), length)
        return Event(family, *place, packet, mark, data[HOOK_AT], iif, oif)


def _last(data: bytes) -> bytes:
    """A datagram of several messages ends with one that says so and no more."""
    at, begin, end = 0, 0, 0
    while at + netlink.HEADER.size <= len(data):
        length, kind = _HEAD.unpack_from(data, at)
        if kind == PACKET:
            begin, end = at, at + length
        at += max(length + -length % 4, netlink.HEADER.size)
    return data[begin:end] or data[: netlink.HEADER.size]


def _place(prefix: bytes) -> _Place | None:
    """Of what trace_packet in net/ipv4/netfilter/ip_tables.c writes; a colon may be in the name of a chain."""
    text = prefix.rstrip(b"\0").decode(errors="replace")
    words = text.removeprefix(BEGIN).rsplit(":", 2)
    if not text.startswith(BEGIN) or len(words) != 3 or words[1] not in set(Kind) or not words[2].strip().isdecimal():
        return None
    table, _, chain = words[0].partition(":")
    return table, chain, Kind(words[1]), int(words[2])


def _rest(data: bytes, begin: int, end: int) -> tuple[int, int, int, bytes]:
    """Devices, mark and packet. What we want comes in this order, with what we do not want before the packet, which is
    last; where that leads elsewhere, all attributes are read."""
    if end - begin < SHORTEST:
        return _searched(netlink.attributes(data[begin:end]))
    at, iif, oif, mark = begin, 0, 0, 0
    if data[at + 2] == INDEV:
        (iif,) = _NUMBER.unpack_from(data, at + 4)
        at += 8
    if data[at + 2] == OUTDEV:
        (oif,) = _NUMBER.unpack_from(data, at + 4)
        at += 8
    if data[at + 2] == MARK:
        (mark,) = _NUMBER.unpack_from(data, at + 4)
        at += 8
    if data[at + 2] == HARDWARE_ADDRESS:
        at += HARDWARE_SIZE + (TIMESTAMP_SIZE if data[HOOK_AT] <= FORWARD else 0)
    if at + ATTRIBUTE.size < end:
        size, kind = ATTRIBUTE.unpack_from(data, at)
        if kind == PAYLOAD and at + (size + 3 & ~3) == end:
            return iif, oif, mark, data[at + ATTRIBUTE.size : at + size]
    return _searched(netlink.attributes(data[begin:end]))


def _searched(said: dict[int, bytes]) -> tuple[int, int, int, bytes]:
    iif, oif, mark = (int.from_bytes(said.get(kind, b"")) for kind in (INDEV, OUTDEV, MARK))
    return iif, oif, mark, said.get(PAYLOAD, b"")
