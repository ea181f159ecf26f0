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


class Asked(Struct, frozen=True, eq=False):
    """Who was asked knows who has asked (arp_process in net/ipv4/arp.c, ndisc_recv_ns in net/ipv6/ndisc.c)."""

    router: str
    """That was asked."""
    by: Leaving | int
    """By a router that had a packet for it, or by a host of this address."""

    def knows(self, router: str, address: int) -> bool:
        if self.router != router:
            return False
        return address == (self.by if isinstance(self.by, int) else _own_address(self.by))


Learnt = tuple[Asked, ...]


def find(network: CompiledNetwork, leaving: Leaving, learnt: Learnt, asks_rules: bool) -> tuple[Crossing, Learnt]:
    """`asks_rules`: of IPv6 neighbours are found by packets that rules see."""
    router = leaving.router
    crossing = cross(network, router, leaving.hop, leaving.packet, leaving.is_sent)
    if crossing.to is not None and leaving.version == 4:
        return crossing, (*learnt, Asked(crossing.to.router, leaving))
    interface = router.interfaces.get(leaving.hop.dev or "")
    if interface is None or not interface.has_neighbors or crossing.step.kind is not StepKind.NEIGHBOR:
        return crossing, learnt
    if crossing.verdict is Verdict.NEIGHBOR_UNREACHABLE:
        if _is_learnt(leaving, learnt):
            crossing = _known(network, leaving, interface, crossing)
    elif asks_rules and leaving.version == 6 and _is_open(crossing) and not _is_learnt(leaving, learnt):
        asker = Attachment(router.name, interface.name)
        looking = Looking(asker, _own_address(leaving), crossing.to, leaving.wanted)
        crossing = _heard(crossing, silence(network, looking))
    return crossing, (*learnt, Asked(crossing.to.router, leaving)) if crossing.to is not None else learnt


def find_first(
    network: CompiledNetwork, start: Start, packet: Packet, learnt: Learnt, asks_rules: bool
) -> tuple[str, Learnt]:
    """The source looks for its first router: why it does not find it, if so."""
    at = start.at
    is_neighbor = bool(start.steps) and start.steps[-1].kind in (StepKind.ASSUMPTION, StepKind.NEIGHBOR)
    if at is None or not at.interface or not is_neighbor:
        return "", learnt
    router = network.routers[at.router]
    learnt = (*learnt, Asked(at.router, packet.source))
    shown = router.shown.get((at.interface, 6))
    if packet.family == 4 or not asks_rules or shown is None or not router.interfaces[at.interface].has_neighbors:
        return "", learnt
    return silence(network, Looking(None, packet.source, at, int(shown))), learnt


def _is_open(crossing: Crossing) -> bool:
    return crossing.verdict is Verdict.ACCEPTED


def _is_learnt(leaving: Leaving, learnt: Learnt) -> bool:
    return any(each.knows(leaving.router.name, leaving.wanted) for each in learnt)


def _own_address(leaving: Leaving) -> int:
    """By which the router asks: its own packet's, or one of the interface."""
    interface = leaving.router.interfaces[leaving.hop.dev or ""]
    if leaving.is_sent and leaving.version == leaving.packet.family:
        return leaving.packet.source
    if leaving.version == 6:
        return link_local(interface)
    return asking(leaving.router, interface.name, leaving.wanted)


def _known(network: CompiledNetwork, leaving: Leaving, interface: Interface, crossing: Crossing) -> Crossing:
    """Who has asked is known, even one that answers nobody."""
    segment = network.segment_of.get(Attachment(leaving.router.name, interface.name))
    owners = segment.owners.get((leaving.version, leaving.wanted), ()) if segment is not None else ()
    if not owners or not interface.has_carrier:
        return crossing
    to = owners[0]
    step = Step(StepKind.NEIGHBOR, crossing.step.text, f"{to.router} {to.interface}")
    return Crossing(Verdict.ACCEPTED, step, to, segment=crossing.segment, conditions=crossing.conditions)


def _heard(crossing: Crossing, silence: str) -> Crossing:
    if not silence:
        return crossing
    step = Step(StepKind.NEIGHBOR, crossing.step.text, "nobody answers")
    return Crossing(Verdict.NEIGHBOR_UNREACHABLE, step, None, silence, crossing.segment, crossing.conditions)
