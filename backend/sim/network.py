"""A network, compiled: who owns which address, what lies on which segment, and where the internet begins."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from backend.model.address import Address, Family
from backend.model.interface import Interface
from backend.model.network import Attachment, Host, Network, Segment
from backend.model.route import RouteKind
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.arp import NEVER, OWN_SUBNET, Hearing, asking, hear
from backend.sim.netfilter.firewall import CompiledFirewall, compile_firewalls
from backend.sim.packet import show
from backend.sim.ports import PortClasses, port_classes
from backend.sim.router import CompiledRouter, compile_router

LARGE = 64
"""On a segment with more members who answers whom is not found out beforehand."""
Key = tuple[int, int]
"""(family, address)"""
UNUSABLE = frozenset(("tentative", "dadfailed"))
"""Another machine may have such an IPv6 address, or has it."""
Owners = Mapping[Key, tuple[Attachment, ...]]


class Crossing(Struct, frozen=True):
    """What came of leaving a router. Accepted with `to`: the packet arrives at that router; accepted without: it has
    reached the host; else it ends here."""

    verdict: Verdict
    step: Step
    to: Attachment | None = None
    reason: str = ""
    segment: str | None = None
    conditions: tuple[str, ...] = ()


class CompiledSegment(Struct, frozen=True, eq=False):
    name: str
    members: tuple[Attachment, ...]
    """Only interfaces that are up are on a segment."""
    owners: Owners
    """Addresses of the attached interfaces, link-local ones included."""
    direct: Mapping[Key, Crossing]
    """The crossing to each address that one interface has and that its router answers for whoever else on the segment
    asks; made once, since nearly every hop is one."""


Subnets = tuple[tuple[int, Mapping[int, tuple[CompiledSegment, ...]]], ...]
"""(bits left open, network >> those bits → the segments that this subnet is on), longest prefix first."""


class CompiledNetwork(Struct, frozen=True, eq=False):
    label: str
    routers: Mapping[str, CompiledRouter]
    firewalls: Mapping[str, Mapping[Family, CompiledFirewall]]
    segment_of: Mapping[Attachment, CompiledSegment]
    owners: Owners
    """Every address that a router answers to, but for loopback and link-local ones."""
    down: Mapping[Key, Attachment]
    """The addresses that only interfaces have which are down or have no carrier."""
    hosts: Mapping[Key, Host]
    subnets: Mapping[Family, Subnets]
    ports: PortClasses
    outside: frozenset[Attachment]
    """Interfaces with a default route to a neighbour of whom there are no facts: behind them is the internet."""

    def homes(self, family: Family, address: int) -> tuple[CompiledSegment, ...]:
        """The segments whose longest subnet covers the address: one, unless sites use the same addresses."""
        return self._covering(family, address)[1]

    def in_one_subnet(self, family: Family, one: int, other: int) -> bool:
        """Whether the longest subnet that covers `one` covers `other` as well."""
        open_bits, _ = self._covering(family, one)
        return one >> open_bits == other >> open_bits

    def _covering(self, family: Family, address: int) -> tuple[int, tuple[CompiledSegment, ...]]:
        for open_bits, by_key in self.subnets[family]:
            found = by_key.get(address >> open_bits)
            if found:
                return open_bits, found
        return 0, ()


def key_of(address: Address) -> Key:
    return address.version, int(address)


def compile_network(network: Network) -> CompiledNetwork:
    routers = {router.name: compile_router(router) for router in network.routers}
    segments = [_compile_segment(segment, routers) for segment in network.segments]
    segment_of = {member: segment for segment in segments for member in segment.members}
    hosts = {key_of(a.address): host for host in network.hosts for a in host.addresses}
    everywhere = [Attachment(router.name, each.name) for router in network.routers for each in router.interfaces]
    owners = {key: each for key, each in _owners(everywhere, routers).items() if not _stays_on_link(*key)}
    awake = [each for each in everywhere if _is_awake(routers[each.router].interfaces[each.interface])]
    reached = _owners(awake, routers)
    asleep = set(everywhere).difference(awake)
    down = {
        key: each[0]
        for key, each in _owners(sorted(asleep), routers, frozenset()).items()
        if key not in reached and not _stays_on_link(*key)
    }
    return CompiledNetwork(
        label=network.label,
        routers=routers,
        firewalls={router.name: compile_firewalls(router) for router in network.routers},
        segment_of=segment_of,
        owners=owners,
        down=down,
        hosts=hosts,
        subnets={4: _subnets(4, segments, routers), 6: _subnets(6, segments, routers)},
        ports=port_classes(network),
        outside=frozenset(_outside(network, segment_of, {*hosts, *down}, routers)),
    )


def _is_awake(interface: Interface) -> bool:
    return interface.is_up and interface.has_carrier


def _compile_segment(segment: Segment, routers: Mapping[str, CompiledRouter]) -> CompiledSegment:
    owners = _owners(segment.members, routers)
    direct = {
        key: _direct(segment.name, key, each[0])
        for key, each in owners.items()
        if len(each) == 1 and _is_certain(segment.members, key, each[0], routers)
    }
    return CompiledSegment(segment.name, segment.members, owners, direct)


def _is_certain(
    members: tuple[Attachment, ...], key: Key, owner: Attachment, routers: Mapping[str, CompiledRouter]
) -> bool:
    """Whether the owner, and nobody else, answers whoever asks; where that is too much to find out, each trace does."""
    family, target = key
    router = routers[owner.router]
    if not router.interfaces[owner.interface].has_carrier:
        return False
    others = [each for each in members if each.router != owner.router]
    if family == 6 or (len(members) == 2 and not any(_asks(each, routers) for each in members)):
        return True
    if len(members) > LARGE or len(others) != len(members) - 1 or any(key in routers[e.router].own for e in others):
        return False
    if router.is_linux and router.switches[owner.interface].arp_ignore in (OWN_SUBNET, NEVER):
        return False
    askers = {asking(routers[each.router], each.interface, target) for each in others if _asks(each, routers)}
    return all(hear(router, owner.interface, target, asker)[0] is Hearing.ANSWERS for asker in askers)


def _asks(member: Attachment, routers: Mapping[str, CompiledRouter]) -> bool:
    return routers[member.router].interfaces[member.interface].has_neighbors


def _direct(segment: str, key: Key, to: Attachment) -> Crossing:
    family, address = key
    text = f"{show(4 if family == 4 else 6, address)} on {segment}"
    step = Step(StepKind.NEIGHBOR, text, f"{to.router} {to.interface}")
    return Crossing(Verdict.ACCEPTED, step, to, segment=segment)


def _owners(
    attachments: Iterable[Attachment], routers: Mapping[str, CompiledRouter], unusable: frozenset[str] = UNUSABLE
) -> Owners:
    found: dict[Key, tuple[Attachment, ...]] = defaultdict(tuple)
    for attachment in attachments:
        interface = routers[attachment.router].interfaces.get(attachment.interface)
        if interface is not None:
            mine = (a for a in interface.addresses if not unusable.intersection(a.flags))
            for key in dict.fromkeys(key_of(a.address) for a in mine):
                found[key] += (attachment,)
    return dict(found)


def _stays_on_link(family: int, address: int) -> bool:
    """Loopback and link-local addresses: every router has them."""
    return address >> 24 == 127 if family == 4 else address == 1 or address >> 118 == 0x3FA


def _subnets(family: Family, segments: list[CompiledSegment], routers: Mapping[str, CompiledRouter]) -> Subnets:
    width = 32 if family == 4 else 128
    found: dict[int, dict[int, dict[str, CompiledSegment]]] = {}
    for segment in segments:
        for member in segment.members:
            for address in routers[member.router].interfaces[member.interface].addresses:
                if address.address.version != family or _stays_on_link(*key_of(address.address)):
                    continue
                open_bits = width - address.prefix_length
                key = int(address.peer or address.address) >> open_bits
                found.setdefault(open_bits, {}).setdefault(key, {})[segment.name] = segment
    return tuple(
        (bits, {key: tuple(by_name.values()) for key, by_name in found[bits].items()}) for bits in sorted(found)
    )


def _outside(
    network: Network,
    segment_of: Mapping[Attachment, CompiledSegment],
    known: Collection[Key],
    routers: Mapping[str, CompiledRouter],
) -> Iterator[Attachment]:
    for router in network.routers:
        for table in router.tables:
            for route in table.routes:
                if route.prefix.prefixlen == 0 and route.kind is RouteKind.UNICAST:
                    for hop in route.next_hops:
                        attachment = Attachment(router.name, hop.dev or "")
                        segment = segment_of.get(attachment)
                        if hop.via is None:
                            leads_out = segment is None or len(segment.members) == 1
                        else:
                            leads_out = key_of(hop.via) not in known and not _is_on(segment, key_of(hop.via), routers)
                        if leads_out:
                            yield attachment


def _is_on(segment: CompiledSegment | None, key: Key, routers: Mapping[str, CompiledRouter]) -> bool:
    """Whether a member has the address; of an IPv4 address, on whichever interface, since it answers for all."""
    if segment is None:
        return False
    return key in segment.owners or (key[0] == 4 and any(key in routers[each.router].own for each in segment.members))
