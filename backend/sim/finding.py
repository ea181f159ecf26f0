"""How a packet finds who takes it next on a link, and who is learnt to be there by asking."""

from msgspec import Struct

from backend.model.interface import Interface
from backend.model.network import Attachment
from backend.model.route import NextHop
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.arp import asking
from backend.sim.discovery import Looking, link_local, silence
from backend.sim.link import cross
from backend.sim.network import CompiledNetwork, Crossing
from backend.sim.packet import Packet
from backend.sim.place import Start
from backend.sim.router import CompiledRouter

Learnt = frozenset[tuple[str, int]]
"""Router and address: who was asked knows who has asked (arp_process in net/ipv4/arp.c, ndisc_recv_ns in
net/ipv6/ndisc.c)."""


class Leaving(Struct, frozen=True, eq=False):
    """A packet that a router sends on."""

    router: CompiledRouter
    hop: NextHop
    packet: Packet
    is_sent: bool
    """It is the router's own."""

    @property
    def version(self) -> int:
        return self.hop.via.version if self.hop.via is not None else self.packet.family

    @property
    def wanted(self) -> int:
        return int(self.hop.via) if self.hop.via is not None else self.packet.destination


def find(network: CompiledNetwork, leaving: Leaving, learnt: Learnt, asks_rules: bool) -> tuple[Crossing, Learnt]:
    """`asks_rules`: of IPv6 neighbours are found by packets that rules see."""
    router = leaving.router
    crossing = cross(network, router, leaving.hop, leaving.packet, leaving.is_sent)
    interface = router.interfaces.get(leaving.hop.dev or "")
    if interface is None or not interface.has_neighbors or crossing.step.kind is not StepKind.NEIGHBOR:
        return crossing, learnt
    own = _own_address(leaving, interface)
    if (router.name, leaving.wanted) in learnt:
        crossing = _known(network, leaving, interface, crossing)
    elif leaving.version == 6 and asks_rules and crossing.verdict is Verdict.ACCEPTED:
        looking = Looking(Attachment(router.name, interface.name), own, crossing.to, leaving.wanted)
        crossing = _heard(crossing, silence(network, looking))
    return crossing, learnt | {(crossing.to.router, own)} if crossing.to is not None else learnt


def find_first(
    network: CompiledNetwork, start: Start, packet: Packet, learnt: Learnt, asks_rules: bool
) -> tuple[str, Learnt]:
    """The source looks for its first router: why it does not find it, if so."""
    at = start.at
    is_neighbor = bool(start.steps) and start.steps[-1].kind in (StepKind.ASSUMPTION, StepKind.NEIGHBOR)
    if at is None or not at.interface or not is_neighbor:
        return "", learnt
    router = network.routers[at.router]
    learnt |= {(at.router, packet.source)}
    shown = router.shown.get((at.interface, 6))
    if packet.family == 4 or not asks_rules or shown is None or not router.interfaces[at.interface].has_neighbors:
        return "", learnt
    return silence(network, Looking(None, packet.source, at, int(shown))), learnt


def _own_address(leaving: Leaving, interface: Interface) -> int:
    """By which the router asks: its own packet's, or one of the interface."""
    if leaving.is_sent and leaving.version == leaving.packet.family:
        return leaving.packet.source
    if leaving.version == 6:
        return link_local(interface)
    return asking(leaving.router, interface.name, leaving.wanted)


def _known(network: CompiledNetwork, leaving: Leaving, interface: Interface, crossing: Crossing) -> Crossing:
    """Who has asked is known, even one that answers nobody."""
    segment = network.segment_of.get(Attachment(leaving.router.name, interface.name))
    owners = segment.owners.get((leaving.version, leaving.wanted), ()) if segment is not None else ()
    if crossing.verdict is not Verdict.NEIGHBOR_UNREACHABLE or not owners or not interface.has_carrier:
        return crossing
    to = owners[0]
    step = Step(StepKind.NEIGHBOR, crossing.step.text, f"{to.router} {to.interface}")
    return Crossing(Verdict.ACCEPTED, step, to, segment=crossing.segment, conditions=crossing.conditions)


def _heard(crossing: Crossing, silence: str) -> Crossing:
    if not silence:
        return crossing
    step = Step(StepKind.NEIGHBOR, crossing.step.text, "nobody answers")
    return Crossing(Verdict.NEIGHBOR_UNREACHABLE, step, None, silence, crossing.segment, crossing.conditions)
