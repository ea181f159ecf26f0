"""Crossing a link: who answers for the next hop, and what of it when nobody does."""

from backend.model.interface import Interface
from backend.model.network import Attachment, Host
from backend.model.route import NextHop
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.arp import answering, asking, doubt, is_answered_to_all
from backend.sim.network import CompiledNetwork, CompiledSegment, Crossing, Key, key_of
from backend.sim.packet import Packet, show
from backend.sim.router import CompiledRouter

PRIVATE = (
    (4, 24, 10), (4, 20, 0xAC1), (4, 16, 0xC0A8), (4, 22, 0x6440 >> 6), (4, 16, 0xA9FE), (6, 121, 0x7E),
)  # fmt: skip
"""(family, bits left open, prefix): addresses that the internet does not route (RFC 1918, 6598, 3927, 4193)."""


def cross(
    network: CompiledNetwork, router: CompiledRouter, hop: NextHop, packet: Packet, is_sent: bool = False
) -> Crossing:
    """The packet leaves `router` by `hop`. `is_sent`: the router made it, and asks with the packet's own source."""
    name = hop.dev or ""
    interface = router.interfaces.get(name)
    if interface is None:
        reason = f"{router.name} sends it out of {name or 'an unnamed interface'}, which is not in its facts"
        return Crossing(Verdict.UNKNOWN, Step(StepKind.NEIGHBOR, name, "not in the facts"), reason=reason)
    segment = network.segment_of.get(Attachment(router.name, name))
    label = segment.name if segment is not None else None
    if not interface.has_carrier:
        reason = f"{name} of {router.name} has no carrier"
        return Crossing(Verdict.NEIGHBOR_UNREACHABLE, Step(StepKind.NEIGHBOR, name, "no carrier"), None, reason, label)
    wanted = (packet.family, packet.destination) if hop.via is None else key_of(hop.via)
    if segment is not None:
        direct = segment.direct.get(wanted)
        to = direct.to if direct is not None else None
        if direct is not None and to is not None and to.router != router.name:
            is_certain = not is_sent or is_answered_to_all(network.routers[to.router], to.interface)
            if is_certain:
                return direct
    text = f"{hop.via or show(packet.family, packet.destination)} on {label or name}"
    if interface.has_neighbors and wanted not in network.owners and _is_on_link(network, segment, hop, packet):
        return _host(network, router, segment, packet, text)  # before any proxy, which waits (proxy_delay in arp(7))
    found, silence = _answering(network, router, interface, segment, hop, packet)
    if found:
        return _reached(network, text, label, wanted, found)
    if silence:
        return _lost(text, silence, label)
    if Attachment(router.name, name) in network.outside and not _is_on_link(network, segment, hop, packet):
        return over_internet(network, packet, f"{router.name} {name}", label)
    return _unanswered(network, router, segment, hop, packet, text)


def from_host(network: CompiledNetwork, segment: CompiledSegment, packet: Packet, target: int) -> Crossing:
    """A host asks for `target`, an address of a router on its segment."""
    owners = segment.owners.get((packet.family, target), ())
    text = f"{show(packet.family, target)} on {segment.name}"
    if packet.family == 6:
        found, silence = _with_carrier(network, owners)
    else:
        ordered = (*owners, *(each for each in segment.members if each not in owners))
        found, silence = answering(ordered, network.routers, target, packet.source, packet)
    if found:
        return _reached(network, text, segment.name, (packet.family, target), found)
    return _lost(text, silence or f"{text}: nobody answers", segment.name)


def _lost(text: str, reason: str, label: str | None) -> Crossing:
    return Crossing(Verdict.NEIGHBOR_UNREACHABLE, Step(StepKind.NEIGHBOR, text, "nobody answers"), None, reason, label)


def _reached(
    network: CompiledNetwork, text: str, label: str | None, key: Key, answering: tuple[Attachment, ...]
) -> Crossing:
    """One router; of several interfaces of it on the segment the first, which has the address if one of them has."""
    if len({attachment.router for attachment in answering}) > 1:
        names = " and ".join(f"{each.router} {each.interface}" for each in answering)
        reason = f"{text} is claimed by {names}"
        return Crossing(Verdict.UNKNOWN, Step(StepKind.NEIGHBOR, text, f"claimed by {names}"), None, reason, label)
    to, *others = answering
    names = " and ".join(each.interface for each in others)
    conditions: tuple[str, ...] = ()
    if others:
        also = f"{to.router} answers for {text} by {names} as well"
        conditions = (f"{also}; the answer of {to.interface} is taken to come first",)
    if key[0] == 4 and network.routers[to.router].interfaces[to.interface].has_neighbors:
        conditions += doubt(network.routers[to.router], to.interface, key[1])
    step = Step(StepKind.NEIGHBOR, text, f"{to.router} {to.interface}")
    return Crossing(Verdict.ACCEPTED, step, to, segment=label, conditions=conditions)


def _answering(
    network: CompiledNetwork,
    router: CompiledRouter,
    interface: Interface,
    segment: CompiledSegment | None,
    hop: NextHop,
    packet: Packet,
) -> tuple[tuple[Attachment, ...], str]:
    """Who has the address, or the one other end of a tunnel; and why somebody who has it does not answer."""
    if segment is None:
        return (), ""
    family = hop.via.version if hop.via is not None else packet.family
    target = int(hop.via) if hop.via is not None else packet.destination
    others = tuple(member for member in segment.members if member.router != router.name)
    owners = tuple(each for each in segment.owners.get((family, target), ()) if each in others)
    if not interface.has_neighbors:
        ends = owners or (others if len(others) == 1 else ())
        return _with_carrier(network, ends)
    if family == 6:
        return _with_carrier(network, owners)  # neighbour discovery answers only for addresses of the very interface
    is_sent = packet.family == 4 and (4, packet.source) in router.own
    asker = packet.source if is_sent else asking(router, interface.name, target)
    ordered = (*owners, *(each for each in others if each not in owners))
    return answering(ordered, network.routers, target, asker, packet if is_sent else None)


def _with_carrier(network: CompiledNetwork, ends: tuple[Attachment, ...]) -> tuple[tuple[Attachment, ...], str]:
    there = tuple(each for each in ends if network.routers[each.router].interfaces[each.interface].has_carrier)
    why = f"{ends[0].interface} of {ends[0].router} has no carrier" if ends and not there else ""
    return there, why


def _is_on_link(network: CompiledNetwork, segment: CompiledSegment | None, hop: NextHop, packet: Packet) -> bool:
    """Whether a route without a gateway leads to a host on this very segment."""
    return hop.via is None and segment is not None and segment in network.homes(packet.family, packet.destination)


def over_internet(network: CompiledNetwork, packet: Packet, origin: str, segment: str | None) -> Crossing:
    """The internet joins the outside addresses of the gateways and knows nothing of what is behind them."""
    shown = show(packet.family, packet.destination)
    key = (packet.family, packet.destination)
    to = next((each for each in network.owners.get(key, ()) if each in network.outside), None)
    if to is not None:
        step = Step(StepKind.INTERNET, f"{shown} over the internet", f"{to.router} {to.interface}")
        return Crossing(Verdict.ACCEPTED, step, to, segment=segment)
    homes = network.homes(packet.family, packet.destination)
    if any(member in network.outside for home in homes for member in home.members) and key not in network.owners:
        step = Step(StepKind.INTERNET, f"{shown} over the internet", f"on {homes[0].name}")
        return Crossing(Verdict.ACCEPTED, step, reason=f"{shown} is on {homes[0].name}", segment=segment)
    kind = ", where private addresses lead nowhere" if is_private(packet.family, packet.destination) else ""
    reason = f"{shown} leaves the known network at {origin} for the internet{kind}"
    step = Step(StepKind.INTERNET, shown, "leaves the known network")
    return Crossing(Verdict.EXITS_NETWORK, step, None, reason, segment)


def is_private(family: int, address: int) -> bool:
    return any(family == f and address >> open_bits == prefix for f, open_bits, prefix in PRIVATE)


def _unanswered(
    network: CompiledNetwork,
    router: CompiledRouter,
    segment: CompiledSegment | None,
    hop: NextHop,
    packet: Packet,
    text: str,
) -> Crossing:
    label = segment.name if segment is not None else None
    if hop.via is None:
        return _host(network, router, segment, packet, text)
    down = network.down.get(key_of(hop.via))
    if down is not None:
        whose = f"{down.router} {down.interface}, which is down or without carrier"
        return _lost(text, f"{router.name} looks for {text}, the address of {whose}", label)
    host = network.hosts.get((hop.via.version, int(hop.via)))
    behind = f"host {host.name}" if host is not None else f"{hop.via}"
    reason = f"the packet leaves the known network at {router.name} {hop.dev} for {behind}, of which there are no facts"
    return Crossing(Verdict.EXITS_NETWORK, Step(StepKind.NEIGHBOR, text, "no known router"), None, reason, label)


def _host(
    network: CompiledNetwork, router: CompiledRouter, segment: CompiledSegment | None, packet: Packet, text: str
) -> Crossing:
    shown = show(packet.family, packet.destination)
    key = (packet.family, packet.destination)
    label = segment.name if segment is not None else None
    homes = network.homes(packet.family, packet.destination)
    host: Host | None = network.hosts.get(key)
    if key not in network.owners and (segment in homes or not homes):
        name = host.name if host is not None else shown
        place = label or f"the link of {router.name}"
        conditions = () if homes else (f"{shown} is taken to answer on {place}, although no subnet there covers it",)
        step = Step(StepKind.NEIGHBOR, text, f"host {name}")
        return Crossing(Verdict.ACCEPTED, step, None, f"{name} is on {place}", label, conditions)
    whose = network.owners.get(key)
    real = f"it is an address of {whose[0].router}" if whose else f"it is on {homes[0].name}"
    reason = f"{router.name} looks for {text}, where nobody has the address: {real}"
    return _lost(text, reason, label)
