"""A network, surveyed once for all plans of it: who has an address, which segment covers it, where the internet begins.

Nothing here is taken from the simulator, whose answers a lab is to prove. Pure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from backend.lab.plan.ways import BITS, Ways
from backend.model.address import Address, Family, Prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Network, Router, Segment
from backend.model.route import RouteKind

Key = tuple[int, int]
"""(family, address)"""
Uplinks = Mapping[Attachment, Mapping[Address, Prefix | None]]
"""Outside interface → the next hops behind it that nobody has, each with the subnet that it is in. An interface without
any leads to the internet without asking for a next hop."""
UNUSABLE = frozenset(("tentative", "dadfailed"))
"""Another machine may have such an IPv6 address, or has it."""


def key_of(address: Address) -> Key:
    return address.version, int(address)


def stays_on_link(family: int, address: int) -> bool:
    """Loopback and link-local addresses: every machine has them."""
    return address >> 24 == 127 if family == 4 else address == 1 or address >> 118 == 0x3FA


class Link(Struct, frozen=True, eq=False):
    """Who is on a segment, by what they answer for."""

    own: Mapping[Key, tuple[Attachment, ...]]
    """Address of one of the attached interfaces → those that have it."""
    anywhere: Mapping[int, tuple[str, ...]]
    """IPv4 address of an attached router, on whichever interface → the routers: Linux answers for all of them."""
    widely: tuple[str, ...]
    """Routers that have whole prefixes as their own, by routes of table local."""
    proxies: tuple[Attachment, ...]
    """Interfaces that may answer for others."""


class Survey:
    """What is asked often is found out once, when it is first asked."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.routers = {router.name: router for router in network.routers}
        self.interfaces = {
            Attachment(router.name, interface.name): interface
            for router in network.routers
            for interface in router.interfaces
        }
        self.segment_of = {member: segment for segment in network.segments for member in segment.members}
        self.hosts = {key_of(entry.address): host for host in network.hosts for entry in host.addresses}
        self.owners = _owners(self.interfaces)
        self.asleep = self._asleep()
        """Addresses that only interfaces have which are down or have no carrier."""
        self._links: dict[Attachment, Link] = {}
        self._ways: dict[tuple[str, Family], Ways] = {}
        self._subnets = {family: self._subnets_of(family) for family in (4, 6)}
        self.uplinks = self._find_uplinks()

    def ways(self, router: str, family: Family) -> Ways:
        found = self._ways.get((router, family))
        if found is None:
            found = self._ways[router, family] = Ways(self.routers[router], family)
        return found

    def segment_at(self, at: Attachment) -> Segment:
        """An interface that shares its link with nobody known is alone on a segment."""
        return self.segment_of.get(at) or Segment(f"the link of {at.router}", (), (at,))

    def link(self, segment: Segment) -> Link:
        found = self._links.get(segment.members[0])
        if found is None:
            found = self._links[segment.members[0]] = self._link(segment)
        return found

    def homes(self, family: int, address: int) -> tuple[Segment, ...]:
        """The segments whose longest subnet covers the address: one, unless sites use the same addresses."""
        return self.covering(family, address)[1]

    def covering(self, family: int, address: int) -> tuple[int, tuple[Segment, ...]]:
        """And how many bits that subnet leaves open."""
        for open_bits, by_key in self._subnets[family]:
            found = by_key.get(address >> open_bits)
            if found:
                return open_bits, found
        return 0, ()

    def _asleep(self) -> set[Key]:
        awake: set[Key] = set()
        asleep: set[Key] = set()
        for interface in self.interfaces.values():
            keys = {key_of(entry.address) for entry in interface.addresses}
            (awake if interface.is_up and interface.has_carrier else asleep).update(keys)
        return {key for key in asleep - awake if not stays_on_link(*key)}

    def _subnets_of(self, family: int) -> list[tuple[int, dict[int, tuple[Segment, ...]]]]:
        """(bits left open, network >> those bits → the segments that this subnet is on), longest prefix first."""
        found: dict[int, dict[int, dict[str, Segment]]] = {}
        for segment in self.network.segments:
            for member in segment.members:
                for entry in self._entries(member):
                    if entry.address.version == family and not stays_on_link(family, int(entry.address)):
                        open_bits = BITS[family] - entry.prefix_length
                        key = int(entry.peer or entry.address) >> open_bits
                        found.setdefault(open_bits, {}).setdefault(key, {})[segment.name] = segment
        return [(bits, {key: tuple(held.values()) for key, held in found[bits].items()}) for bits in sorted(found)]

    def _entries(self, member: Attachment) -> tuple[InterfaceAddress, ...]:
        interface = self.interfaces.get(member)
        return interface.addresses if interface is not None else ()

    def _link(self, segment: Segment) -> Link:
        members = [member for member in segment.members if member in self.interfaces]
        anywhere: dict[int, dict[str, None]] = defaultdict(dict)
        for name in dict.fromkeys(member.router for member in members):
            for interface in self.routers[name].interfaces:
                for entry in interface.addresses:
                    if entry.address.version == 4:
                        anywhere[int(entry.address)][name] = None
        return Link(
            own=_owners({member: self.interfaces[member] for member in members}, is_whole=True),
            anywhere={address: tuple(names) for address, names in anywhere.items()},
            widely=tuple({member.router: None for member in members if self.ways(member.router, 4).is_wide}),
            proxies=tuple(member for member in members if _is_proxy(self.routers[member.router], member.interface)),
        )

    def _find_uplinks(self) -> dict[Attachment, dict[Address, Prefix | None]]:
        found: dict[Attachment, dict[Address, Prefix | None]] = {}
        for router in self.network.routers:
            for dev, via in _default_hops(router):
                at = Attachment(router.name, dev)
                interface = self.interfaces.get(at)
                if interface is not None and interface.is_up and self._leads_out(at, via):
                    behind = found.setdefault(at, {})
                    if via is not None:
                        behind[via] = _subnet(interface, via)
        return found

    def _leads_out(self, at: Attachment, via: Address | None) -> bool:
        """Whether a default route leads to nobody of whom there are facts."""
        segment = self.segment_of.get(at)
        if via is None:
            return segment is None or len(segment.members) == 1
        key = key_of(via)
        if key in self.hosts or key in self.asleep:
            return False
        return segment is None or not self.is_on(segment, key)

    def is_on(self, segment: Segment, key: Key) -> bool:
        """Whether a member has the address; of an IPv4 address, on whichever interface."""
        link = self.link(segment)
        return key in link.own or (key[0] == 4 and key[1] in link.anywhere)


def _owners(interfaces: Mapping[Attachment, Interface], is_whole: bool = False) -> dict[Key, tuple[Attachment, ...]]:
    """`is_whole`: with those addresses that every machine has."""
    found: dict[Key, tuple[Attachment, ...]] = {}
    for attachment, interface in interfaces.items():
        for entry in interface.addresses:
            key = key_of(entry.address)
            if (is_whole or not stays_on_link(*key)) and not UNUSABLE.intersection(entry.flags):
                held = found.get(key, ())
                if attachment not in held:
                    found[key] = (*held, attachment)
    return found


def _is_proxy(router: Router, interface: str) -> bool:
    """IN_DEV_PROXY_ARP of include/linux/inetdevice.h: the switch for all counts as well."""
    return any(router.sysctls.get(f"net/ipv4/conf/{name}/proxy_arp", "0") != "0" for name in ("all", interface))


def _default_hops(router: Router) -> Iterator[tuple[str, Address | None]]:
    for table in router.tables:
        for route in table.routes:
            if route.prefix.prefixlen == 0 and route.kind is RouteKind.UNICAST:
                for hop in route.next_hops:
                    if hop.dev is not None:
                        yield hop.dev, hop.via


def _subnet(interface: Interface, via: Address) -> Prefix | None:
    held = [entry.prefix for entry in interface.addresses if via in entry.prefix]
    return max(held, key=lambda prefix: prefix.prefixlen) if held else None
