"""A flow on its way, and the way when it has ended."""

from collections.abc import Mapping

from msgspec import Struct

from backend.model.answer import Decision
from backend.model.network import Attachment
from backend.model.trace import Branch, Hop, Step
from backend.model.verdict import Verdict
from backend.sim.finding import Learnt
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.traverse import Matched
from backend.sim.packet import Packet

Connections = Mapping[str, tuple[Connection, ...]]
"""Router → the connections that it knows."""


class Met(Struct, frozen=True, eq=False):
    """What a router did with the packet by its own rules."""

    router: str
    verdict: Verdict
    reason: str
    decision: Decision | None
    matched: tuple[Matched, ...]


class Way(Struct, frozen=True, eq=False):
    """A branch, and what is needed to send an answer back along it."""

    branch: Branch
    met: tuple[Met, ...]
    packet: Packet
    """As it was at the end."""
    connections: Connections
    decision: Decision | None = None
    """What ended it."""
    learnt: Learnt = ()
    end: str = ""
    """The router that it is for."""


class At(Struct, frozen=True, eq=False):
    """A packet in front of a router."""

    where: Attachment
    """With an empty interface, the router sends the packet itself."""
    packet: Packet
    hops: tuple[Hop, ...] = ()
    seen: frozenset[Attachment] = frozenset()
    share: float = 1.0
    steps: tuple[Step, ...] = ()
    """What led here and belongs to the next hop."""
    conditions: tuple[str, ...] = ()
    met: tuple[Met, ...] = ()
    connections: Connections = {}
    learnt: Learnt = ()
