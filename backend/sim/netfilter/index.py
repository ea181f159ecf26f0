"""Which rules of a chain a packet can match by its addresses, protocol, ports, devices and state.

For each field the values are cut into spans within which all rules say the same; a span has one bit for each rule. The
rules of a packet are the bits that all fields have, so a chain of thousands costs a few searches.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from backend.model.flow import PORT_PROTOCOLS
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match.fields import Device, Fields
from backend.sim.netfilter.match.ranges import Ranges
from backend.sim.netfilter.meeting import Meeting
from backend.sim.packet import Packet


def is_said(packet: Packet) -> bool:
    """Whether the flow says all that an index asks for."""
    protocol = packet.protocol
    if protocol is None:
        return False
    return protocol not in PORT_PROTOCOLS or (packet.source_port is not None and packet.destination_port is not None)


class Spans(Struct, frozen=True, eq=False):
    """For each value of a field, the rules that it can match."""

    starts: list[int]
    masks: list[int]

    def at(self, value: int) -> int:
        return self.masks[bisect_right(self.starts, value) - 1]


class Devices(Struct, frozen=True, eq=False):
    wanted: tuple[Device | None, ...]
    known: dict[str, int] = {}
    """Filled as names are asked for: a router has few."""

    def at(self, name: str) -> int:
        if name not in self.known:
            self.known[name] = _mask(wanted is None or wanted.fits(name) for wanted in self.wanted)
        return self.known[name]


class Index(Struct, frozen=True, eq=False):
    """A field that no rule asks for is None."""

    every: int
    sources: Spans | None = None
    destinations: Spans | None = None
    protocols: Spans | None = None
    source_ports: Spans | None = None
    destination_ports: Spans | None = None
    incoming: Devices | None = None
    outgoing: Devices | None = None
    states: dict[State, int] | None = None

    def candidates(self, meeting: Meeting) -> int:
        packet, found = meeting.packet, self.every
        if not found or not is_said(packet):
            return found
        if self.destinations is not None:
            found &= self.destinations.at(packet.destination)
        if self.sources is not None:
            found &= self.sources.at(packet.source)
        if self.protocols is not None:
            found &= self.protocols.at(packet.protocol or 0)
        if self.destination_ports is not None and packet.destination_port is not None:
            found &= self.destination_ports.at(packet.destination_port)
        if self.source_ports is not None and packet.source_port is not None:
            found &= self.source_ports.at(packet.source_port)
        if self.incoming is not None:
            found &= self.incoming.at(meeting.iif)
        if self.outgoing is not None:
            found &= self.outgoing.at(meeting.oif)
        if self.states is not None:
            found &= self.states[meeting.state]
        return found


def index(rules: Sequence[Fields]) -> Index:
    return Index(
        every=(1 << len(rules)) - 1,
        sources=_spans(each.sources for each in rules),
        destinations=_spans(each.destinations for each in rules),
        protocols=_spans(each.protocols for each in rules),
        source_ports=_spans(each.source_ports for each in rules),
        destination_ports=_spans(each.destination_ports for each in rules),
        incoming=_devices(tuple(each.incoming for each in rules)),
        outgoing=_devices(tuple(each.outgoing for each in rules)),
        states=_states([each.states for each in rules]),
    )


def _spans(rules: Iterable[Ranges | None]) -> Spans | None:
    """Where a rule begins or ends to match, its bit is turned."""
    turns: dict[int, int] = {0: 0}
    is_asked = False
    for number, ranges in enumerate(rules):
        bit = 1 << number
        if ranges is None:
            turns[0] ^= bit
            continue
        is_asked = True
        for low, high in ranges:
            turns[low] = turns.get(low, 0) ^ bit
            turns[high + 1] = turns.get(high + 1, 0) ^ bit
    if not is_asked:
        return None
    starts, masks, mask = sorted(turns), [], 0
    for start in starts:
        mask ^= turns[start]
        masks.append(mask)
    return Spans(starts, masks)


def _devices(rules: tuple[Device | None, ...]) -> Devices | None:
    return Devices(rules, {}) if any(each is not None for each in rules) else None


def _states(rules: Sequence[int | None]) -> dict[State, int] | None:
    if all(each is None for each in rules):
        return None
    single = (State.INVALID, State.ESTABLISHED, State.RELATED, State.NEW, State.UNTRACKED)
    return {state: _mask(each is None or bool(each & state) for each in rules) for state in single}


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << number for number, bit in enumerate(bits) if bit)
