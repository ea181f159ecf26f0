"""Connections as a router's conntrack knows them. Of a packet's way through the network each router keeps its own."""

from enum import IntFlag

from msgspec import Struct

from backend.sim.netfilter.tcp import NEW


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
    """One direction of a connection. ICMP has the numbers of its kind and of the other direction's; a port that
    nobody can say is None."""

    protocol: int
    source: int
    source_port: int | None
    destination: int
    destination_port: int | None

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
    is_confirmed: bool = False
    """Its first packet has passed (IPS_CONFIRMED)."""
    has_source_translated: bool = False
    has_destination_translated: bool = False
    is_source_decided: bool = False
    """Whether table nat has been asked, which it is for the first packet only (IPS_SRC_NAT_DONE)."""
    is_destination_decided: bool = False
    tcp: str = NEW
    """The state of a TCP connection."""
    zone: int = 0
    helper: str = ""
    labels: frozenset[int] = frozenset()


class Template(Struct, frozen=True):
    """What CT of table raw wants of the connection that the packet may begin."""

    zone: int = 0
    helper: str = ""
