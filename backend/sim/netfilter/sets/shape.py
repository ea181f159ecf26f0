"""What an element of a set is made of, and the same parts of a packet."""

from collections.abc import Callable, Sequence
from itertools import product
from operator import attrgetter

from msgspec import Struct

from backend.model.address import Family
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.sets.element import (
    WITH_PORTS,
    ElementError,
    Reader,
    prefix_mask,
    reader,
    shown,
    width,
)

Seen = tuple[int, int, str]
"""A value, which bits of it are not known, and why."""
Asked = tuple[int, int, tuple[str, ...]]
"""The same of a whole element."""
NO_PROTOCOL = "the flow names no protocol"
ADDRESS = {True: attrgetter("packet.source"), False: attrgetter("packet.destination")}


class Shape(Struct, frozen=True, eq=False):
    parts: tuple[str, ...]
    family: Family
    """Of its addresses, where it has some."""
    readers: tuple[Reader, ...]
    widths: tuple[int, ...]
    masks: tuple[int, ...]
    """Options netmask, bitmask and markmask."""
    is_mac_optional: bool = False

    def mask(self, lengths: Sequence[int]) -> int:
        """Of a whole element whose parts have these lengths."""
        whole = 0
        for length, bits, fixed in zip(lengths, self.widths, self.masks, strict=True):
            whole = whole << bits | prefix_mask(length, bits) & fixed
        return whole

    def read(self, elements: Sequence[str]) -> list[tuple[int, tuple[int, ...]]]:
        """The numbers that the texts stand for, each with the lengths of its parts."""
        if len(elements) != len(self.parts):
            if not self.is_mac_optional or len(elements) != 1:
                raise ElementError(f"expected {','.join(self.parts)}")
            return [(value << 48, (length, 0)) for value, length in self.readers[0](elements[0])]
        if len(elements) == 1:
            return [(value & self.masks[0], (length,)) for value, length in self.readers[0](elements[0])]
        pieces = [read(text) for read, text in zip(self.readers, elements, strict=True)]
        return [self._joined(each) for each in product(*pieces)]

    def _joined(self, pieces: Sequence[tuple[int, int]]) -> tuple[int, tuple[int, ...]]:
        whole = 0
        for (value, _), bits, fixed in zip(pieces, self.widths, self.masks, strict=True):
            whole = whole << bits | value & fixed
        return whole, tuple([length for _, length in pieces])

    def shown(self, key: int, lengths: Sequence[int]) -> tuple[str, ...]:
        found = []
        for part, bits, length in reversed(list(zip(self.parts, self.widths, lengths, strict=True))):
            found.append(shown(part, self.family, key & (1 << bits) - 1, length))
            key >>= bits
        return tuple(reversed(found))

    def asked(self, meeting: Meeting, directions: Sequence[bool]) -> Asked | None:
        """None for a packet that no set of this shape has as a member."""
        key = unknown = 0
        reasons = []
        for part, bits, is_source in zip(self.parts, self.widths, directions, strict=False):
            seen = _seen(part, meeting, is_source)
            if seen is None:
                return None
            key, unknown = key << bits | seen[0], unknown << bits | seen[1]
            if seen[2]:
                reasons.append(seen[2])
        return key, unknown, tuple(reasons)

    def key(self, directions: Sequence[bool]) -> Callable[[Meeting], int] | None:
        """The same in a hurry: a negative number where something is not known. None where there is no such way."""
        first, second, third = (*directions, False, False, False)[:3]
        one, two, three = ADDRESS[first], ADDRESS[second], ADDRESS[third]
        bits = self.widths[-1]
        match [part.replace("net", "ip") for part in self.parts]:
            case ["ip"]:
                return one
            case ["ip", "ip"]:
                return lambda meeting: one(meeting) << bits | two(meeting)
            case ["ip", "mark"]:
                return lambda meeting: one(meeting) << 32 | meeting.packet.mark
            case ["number"]:
                return _number(first)
            case ["ip", "port"]:
                port = _port(second)
                return lambda meeting: one(meeting) << 24 | port(meeting)
            case ["ip", "port", "ip"]:
                port = _port(second)
                return lambda meeting: (one(meeting) << 24 | port(meeting)) << bits | three(meeting)
        return None


def shape(parts: tuple[str, ...], family: Family, masks: dict[str, int], is_mac_optional: bool = False) -> Shape:
    widths = tuple(width(part, family) for part in parts)
    return Shape(
        parts,
        family,
        tuple(reader(part, family) for part in parts),
        widths,
        tuple(masks.get(part, (1 << bits) - 1) for part, bits in zip(parts, widths, strict=True)),
        is_mac_optional,
    )


def _port(is_source: bool) -> Callable[[Meeting], int]:
    def port(meeting: Meeting) -> int:
        packet = meeting.packet
        protocol = packet.protocol
        if protocol in WITH_PORTS:
            number = packet.source_port if is_source else packet.destination_port
            return -1 if number is None else protocol << 16 | number
        seen = _seen("port", meeting, is_source)
        return -1 if seen is None or seen[1] else seen[0]

    return port


def _number(is_source: bool) -> Callable[[Meeting], int]:
    def number(meeting: Meeting) -> int:
        packet = meeting.packet
        port = packet.source_port if is_source else packet.destination_port
        return -1 if port is None or packet.protocol not in (6, 17) else port

    return number


def _seen(part: str, meeting: Meeting, is_source: bool) -> Seen | None:
    packet = meeting.packet
    match part:
        case "ip" | "net":
            return (packet.source if is_source else packet.destination), 0, ""
        case "port":
            return _seen_port(meeting, is_source)
        case "number":
            return _seen_number(meeting, is_source)
        case "mark":
            return packet.mark, 0, ""
    # What a router sends itself has no MAC address yet (skb_mac_header_was_set() in hash_mac4_kadt()).
    return None if meeting.hook is Hook.OUTPUT else (0, (1 << 48) - 1, "the flow names no MAC address")


def _seen_port(meeting: Meeting, is_source: bool) -> Seen | None:
    """get_port() of ip_set_getport.c: 0 of protocols that have none."""
    packet = meeting.packet
    protocol = packet.protocol
    if protocol is None:
        return 0, 0xFFFFFF, NO_PROTOCOL
    if protocol == 0 and packet.family == 4:
        return None
    if protocol in WITH_PORTS:
        number = packet.source_port if is_source else packet.destination_port
        return (protocol << 16, 0xFFFF, _no_port(is_source)) if number is None else (protocol << 16 | number, 0, "")
    if protocol in (1, 58):
        icmp = packet.content.icmp
        if icmp is None:
            return protocol << 16, 0xFFFF, "the flow names no ICMP type"
        return protocol << 16 | icmp[0] << 8 | icmp[1], 0, ""
    return protocol << 16, 0, ""


def _seen_number(meeting: Meeting, is_source: bool) -> Seen | None:
    """ip_set_get_ip_port(): of TCP and UDP alone."""
    packet = meeting.packet
    if packet.protocol is None:
        return 0, 0xFFFF, NO_PROTOCOL
    if packet.protocol not in (6, 17):
        return None
    number = packet.source_port if is_source else packet.destination_port
    return (0, 0xFFFF, _no_port(is_source)) if number is None else (number, 0, "")


def _no_port(is_source: bool) -> str:
    return f"the flow names no {'source' if is_source else 'destination'} port"
