"""Where a flow begins: on a router, on a segment behind its gateway, behind a neighbour, or on the internet."""

from msgspec import Struct

from backend.model.address import Address
from backend.model.network import Attachment
from backend.model.route import LOCAL_TABLE, RouteKind
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.arp import is_answered_to_all
from backend.sim.link import from_host, is_private, over_internet
from backend.sim.network import CompiledNetwork, CompiledSegment, Crossing, key_of
from backend.sim.packet import Packet, show, with_destination
from backend.sim.table import find


class Start(Struct, frozen=True):
    """`at` with an interface: the packet arrives there; with an empty one: the router sends it itself."""

    at: Attachment | None = None
    ended: Crossing | None = None
    """Without a router: what came of it at once."""
    steps: tuple[Step, ...] = ()
    conditions: tuple[str, ...] = ()


def begin(network: CompiledNetwork, source: Address, packet: Packet, gateway: str | None) -> Start:
    owners = [owner for owner in network.owners.get(key_of(source), ()) if gateway in (None, owner.router)]
    names = sorted({owner.router for owner in owners})
    if len(names) > 1:
        return _unknown(f"{source} is an address of {' and '.join(names)}: name one of them as the gateway")
    if names:
        return Start(at=Attachment(names[0], ""))
    homes = network.homes(packet.family, packet.source)
    if gateway is not None:
        homes = tuple(home for home in homes if any(member.router == gateway for member in home.members))
        if not homes:
            return _unknown(f"{gateway} has no interface on a segment that covers {source}")
    if len(homes) > 1:
        places = ", ".join(home.name for home in homes)
        return _unknown(f"{source} can be on any of {places}: name the gateway")
    return _on_segment(network, source, homes[0], packet, gateway) if homes else _elsewhere(network, source, packet)


def _unknown(reason: str) -> Start:
    return Start(ended=Crossing(Verdict.UNKNOWN, Step(StepKind.ASSUMPTION, "source", reason), reason=reason))


def _on_segment(
    network: CompiledNetwork, source: Address, segment: CompiledSegment, packet: Packet, gateway: str | None
) -> Start:
    if gateway is None and segment in network.homes(packet.family, packet.destination):
        return _neighbours(network, segment, packet)
    host = network.hosts.get(key_of(source))
    declared = [key_of(each) for each in host.gateways] if host is not None else []
    candidates = sorted(
        (address, each)
        for (family, address), owners in segment.owners.items()
        if family == packet.family
        for each in owners
        if gateway in (None, each.router) and not _is_link_local(family, address)
    )
    stated = [(a, each) for a, each in candidates if (packet.family, a) in declared]
    if stated:
        address, chosen = stated[0]
        return _handed(network, segment, packet, address, _gateway_step(packet, address, chosen, "its gateway"))
    if not candidates:
        return _unknown(f"no router on {segment.name} has an address of this family")
    near = [(a, each) for a, each in candidates if network.in_one_subnet(packet.family, packet.source, a)]
    address, chosen = (near or candidates)[0]
    routers = sorted({each.router for _, each in near or candidates})
    step = _gateway_step(packet, address, chosen, "taken as its gateway: the lowest router address of its subnet")
    if len(routers) == 1:
        return _handed(network, segment, packet, address, step)
    note = f"{source} is taken to use {chosen.router} as its gateway; {', '.join(routers)} are on {segment.name}"
    return _handed(network, segment, packet, address, step, (note,))


def _handed(
    network: CompiledNetwork,
    segment: CompiledSegment,
    packet: Packet,
    address: int,
    step: Step,
    conditions: tuple[str, ...] = (),
) -> Start:
    """The source asks for a router's address on its segment, and the packet goes to who answers."""
    key = (packet.family, address)
    direct = segment.direct.get(key)
    if direct is not None and direct.to is not None and _hears_all(network, direct.to):
        return Start(at=direct.to, steps=(step,), conditions=conditions)
    found = from_host(network, segment, packet, address)
    if found.to is None:
        return Start(ended=found)
    return Start(at=found.to, steps=(step,), conditions=conditions + found.conditions)


def _is_link_local(family: int, address: int) -> bool:
    return family == 6 and address >> 118 == 0x3FA


def _gateway_step(packet: Packet, address: int, chosen: Attachment, why: str) -> Step:
    return Step(StepKind.ASSUMPTION, f"{show(packet.family, address)} ({chosen.router} {chosen.interface})", why)


def _hears_all(network: CompiledNetwork, to: Attachment) -> bool:
    return is_answered_to_all(network.routers[to.router], to.interface)


def _neighbours(network: CompiledNetwork, segment: CompiledSegment, packet: Packet) -> Start:
    """Source and destination share a segment: no router is asked for the way."""
    owners = segment.owners.get((packet.family, packet.destination), ())
    shown = show(packet.family, packet.destination)
    step = Step(StepKind.NEIGHBOR, f"{shown} on {segment.name}", "on the same segment")
    if owners:
        return _handed(network, segment, packet, packet.destination, step)
    host = network.hosts.get((packet.family, packet.destination))
    reason = f"{host.name if host else shown} is on the same segment, {segment.name}"
    return Start(ended=Crossing(Verdict.ACCEPTED, step, reason=reason, segment=segment.name))


def _elsewhere(network: CompiledNetwork, source: Address, packet: Packet) -> Start:
    """No segment covers the source: it is behind whoever the routes to it lead to, or on the internet."""
    if source.is_unspecified or source.is_multicast or source.is_loopback or packet.source == 0xFFFFFFFF:
        return _unknown(f"{source} is no address that a packet comes from")
    behind = _behind(network, packet)
    if behind is not None:
        at, text = behind
        note = f"{source} is taken to be behind {at.router} {at.interface}, where a route to it leads"
        return Start(at=at, steps=(Step(StepKind.ASSUMPTION, text, "a route to the source"),), conditions=(note,))
    if not network.outside or is_private(packet.family, packet.source):
        return _unknown(f"{source} is on no known segment, and no router has a route to it")
    crossing = over_internet(network, packet, str(source), None)
    if crossing.verdict is Verdict.EXITS_NETWORK:
        reason = f"{source} is on the internet, which knows no way to {show(packet.family, packet.destination)}"
        return Start(ended=Crossing(Verdict.NO_ROUTE, crossing.step, reason=reason))
    if crossing.to is None:
        return Start(ended=crossing)
    return Start(at=crossing.to, steps=(crossing.step,))


def _behind(network: CompiledNetwork, packet: Packet) -> tuple[Attachment, str] | None:
    """The longest route to the source, other than a default route, that leads to nobody of whom there are facts."""
    wanted = with_destination(packet, packet.source)
    best: tuple[int, Attachment, str] | None = None
    for router in network.routers.values():
        for number, table in router.routing[packet.family].tables.items():
            found = None if number == LOCAL_TABLE else find(table, wanted)
            if found is None or found.route.kind is not RouteKind.UNICAST or found.route.prefix.prefixlen == 0:
                continue
            hop = found.next_hops[0]
            at = Attachment(router.name, hop.dev or "")
            segment = network.segment_of.get(at)
            is_known = hop.via is not None and segment is not None and key_of(hop.via) in segment.owners
            length = found.route.prefix.prefixlen
            if hop.dev in router.interfaces and not is_known and (best is None or length > best[0]):
                best = (length, at, found.route.text)
    return None if best is None else best[1:]
