"""A packet that comes to a router, and how it leaves it."""

from msgspec import Struct

from backend.model.answer import Decision
from backend.model.route import NextHop
from backend.model.trace import Step
from backend.model.verdict import Verdict
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.firewall import CompiledFirewall
from backend.sim.netfilter.traverse import Matched
from backend.sim.packet import Packet
from backend.sim.router import CompiledRouter


class Exit(Struct, frozen=True, eq=False):
    """One way on which the packet leaves a router, ends in it, or is for it."""

    verdict: Verdict
    packet: Packet
    steps: tuple[Step, ...]
    reason: str = ""
    hop: NextHop | None = None
    """None: it goes no further."""
    share: float = 1.0
    decision: Decision | None = None
    """What stopped it, or what of table filter let it through."""
    matched: tuple[Matched, ...] = ()
    connection: Connection | None = None
    conditions: tuple[str, ...] = ()
    oif: str = ""

    @property
    def is_through(self) -> bool:
        return self.verdict is Verdict.ACCEPTED


class Entry(Struct, frozen=True, eq=False):
    """A packet in front of a router. With an empty `iif` the router sends it itself."""

    router: CompiledRouter
    firewall: CompiledFirewall
    packet: Packet
    iif: str
    known: tuple[Connection, ...] = ()
    is_open: bool = False
    """As if no rule stopped anything."""
    is_explained: bool = False
    """Steps say which rules were asked in vain."""
