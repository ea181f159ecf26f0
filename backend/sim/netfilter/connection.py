"""Connections as a router's conntrack knows them. Of a packet's way through the network each router keeps its own."""

from enum import IntFlag

from msgspec import Struct


class State(IntFlag):
    """What `--ctstate` asks for (XT_CONNTRACK_STATE_* of include/uapi/linux/netfilter/xt_conntrack.h)."""

    INVALID = 1
    ESTABLISHED = 2
    RELATED = 4
    NEW = 8
    UNTRACKED = 64
    SNAT = 16
    DNAT = 32


class Tuple(Struct, frozen=True):
    """One direction of a connection. ICMP echo has its identifier as both ports."""

    protocol: int
    source: int
    source_port: int
    destination: int
    destination_port: int

    @property
    def turned(self) -> "Tuple":
        return Tuple(self.protocol, self.destination, self.destination_port, self.source, self.source_port)


class Connection(Struct, frozen=True):
    original: Tuple
    reply: Tuple
    """The original turned round, but for what was translated."""
    mark: int = 0
    is_answered: bool = False
    """A reply was seen (IPS_SEEN_REPLY)."""
    has_source_translated: bool = False
    has_destination_translated: bool = False
    zone: int = 0
    helper: str = ""
    labels: frozenset[int] = frozenset()
    is_template: bool = False
    """Made by CT in table raw, before there is a connection."""
