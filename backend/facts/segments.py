"""Which interfaces share a segment, inferred from their addresses.

Two interfaces are on one segment when each one's address lies in the other's subnet. The metadata's word comes first.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

from msgspec import Struct

from backend.facts.notes import Notes
from backend.model.address import Prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Router, Segment

APART = (IPv4Network("127.0.0.0/8"), IPv4Network("169.254.0.0/16"), IPv6Network("::1/128"), IPv6Network("fe80::/10"))
"""Loopback and link-local addresses are the same everywhere and join nothing."""
BITS = {4: 32, 6: 128}


class _Place(Struct, frozen=True):
    """One address of one interface, in numbers."""

    number: int
    """Which interface: its position in the list of attachments."""
    version: int
    address: int
    network: int
    length: int

    def holds(self, address: int) -> bool:
        return (address ^ self.network) >> (BITS[self.version] - self.length) == 0


class _Groups:
    """Disjoint sets of interfaces."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, item: int) -> int:
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:
            self._parent[max(one, other)] = min(one, other)


def infer_segments(routers: Iterable[Router], notes: Notes) -> tuple[Segment, ...]:
    """All segments, sorted by prefix and name. Interfaces that are down belong to none."""
    said: dict[str, list[tuple[Attachment, Interface]]] = defaultdict(list)
    free: list[tuple[Attachment, Interface]] = []
    for router in routers:
        routed = _routed_interfaces(router)
        for interface in router.interfaces:
            attachment = Attachment(router.name, interface.name)
            if not interface.is_up or interface.is_loopback:
                continue
            if interface.name in router.segments:
                said[router.segments[interface.name]].append((attachment, interface))
            elif _is_attached(interface, router, routed):
                free.append((attachment, interface))
    return _named(said, _joined(free, notes))


def _routed_interfaces(router: Router) -> set[str]:
    """Those that routes to other places than link-local and multicast ones leave by."""
    return {
        hop.dev
        for table in router.tables
        for route in table.routes
        if not (route.prefix.is_multicast or route.prefix.is_link_local)
        for hop in route.next_hops
        if hop.dev is not None
    }


def _is_attached(interface: Interface, router: Router, routed: set[str]) -> bool:
    """Link-local addresses alone are on every interface, ports of bridges and parents of VLANs included."""
    if interface.name in router.vrfs:
        return False
    return interface.name in routed or any(_counts(entry) for entry in interface.addresses)


def _counts(entry: InterfaceAddress) -> bool:
    return not any(entry.address in prefix for prefix in APART if prefix.version == entry.address.version)


def _joined(free: list[tuple[Attachment, Interface]], notes: Notes) -> list[list[tuple[Attachment, Interface]]]:
    places = [place for number, (_, interface) in enumerate(free) for place in _places(number, interface)]
    groups = _Groups(len(free))
    _join_subnets(places, groups)
    _join_peers(places, groups)
    _note_doubles(places, groups, free, notes)
    members: dict[int, list[tuple[Attachment, Interface]]] = defaultdict(list)
    for number, item in enumerate(free):
        members[groups.root(number)].append(item)
    return list(members.values())


def _places(number: int, interface: Interface) -> Iterable[_Place]:
    for entry in interface.addresses:
        if _counts(entry):
            bits = BITS[entry.address.version]
            network = _masked(int(entry.peer or entry.address), entry.prefix_length, bits)
            yield _Place(number, entry.address.version, int(entry.address), network, entry.prefix_length)


def _masked(address: int, length: int, bits: int) -> int:
    return address >> (bits - length) << (bits - length)


def _join_subnets(places: list[_Place], groups: _Groups) -> None:
    """Of two addresses in each other's subnets the longer prefix holds both, so each prefix in use gathers the
    addresses within it whose own prefix is not longer. Costs addresses times lengths in use, not pairs."""
    ordinary = [place for place in places if place.holds(place.address)]
    gathered: dict[tuple[int, int, int], list[_Place]] = {
        (place.version, place.length, place.network): [] for place in ordinary
    }
    lengths = {version: sorted({p.length for p in ordinary if p.version == version}) for version in BITS}
    for place in ordinary:
        bits = BITS[place.version]
        in_use = lengths[place.version]
        for length in in_use[bisect_left(in_use, place.length) :]:
            bucket = gathered.get((place.version, length, _masked(place.address, length, bits)))
            if bucket is not None:
                bucket.append(place)
    for bucket in gathered.values():
        if any(place.address != bucket[0].address for place in bucket):
            for place in bucket:
                groups.join(bucket[0].number, place.number)


def _join_peers(places: list[_Place], groups: _Groups) -> None:
    """The two ends of a point-to-point link, each the other's peer."""
    for version in BITS:
        there = sorted((place.address, at) for at, place in enumerate(places) if place.version == version)
        addresses = [address for address, _ in there]
        for place in places:
            if place.version != version or place.holds(place.address):
                continue
            last = place.network | ((1 << (BITS[version] - place.length)) - 1)
            for at in range(bisect_left(addresses, place.network), bisect_right(addresses, last)):
                other = places[there[at][1]]
                if other.holds(place.address) and other.address != place.address:
                    groups.join(place.number, other.number)


def _note_doubles(
    places: list[_Place], groups: _Groups, free: list[tuple[Attachment, Interface]], notes: Notes
) -> None:
    """Sites with the same private subnet look like one segment when more than one address of it is in use twice."""
    holders: dict[tuple[int, int, int], list[_Place]] = defaultdict(list)
    for place in places:
        holders[groups.root(place.number), place.version, place.address].append(place)
    for held in holders.values():
        numbers = sorted({place.number for place in held})
        if len(numbers) > 1:
            where = ", ".join(f"{free[number][0].router} {free[number][0].interface}" for number in numbers)
            entry = next(e for e in free[numbers[0]][1].addresses if int(e.address) == held[0].address)
            notes.add(
                None, None, entry.text, f"expected one interface with this address on the segment, found {where}:"
            )


def _named(
    said: dict[str, list[tuple[Attachment, Interface]]], inferred: list[list[tuple[Attachment, Interface]]]
) -> tuple[Segment, ...]:
    segments = [Segment(name, _prefixes(items), _members(items)) for name, items in said.items()]
    taken = set(said)
    nameless = [(_members(items), _prefixes(items)) for items in inferred]
    uses: dict[str, int] = defaultdict(int)
    for _, prefixes in nameless:
        uses[str(prefixes[0]) if prefixes else ""] += 1
    for members, prefixes in nameless:
        name = str(prefixes[0]) if prefixes else ""
        first = f"{members[0].router} {members[0].interface}"
        if not name:
            name = first
        elif uses[name] > 1 or name in taken:
            name = f"{name} ({first})"
        segments.append(Segment(name, prefixes, members))
    return tuple(sorted(segments, key=_order))


def _members(items: list[tuple[Attachment, Interface]]) -> tuple[Attachment, ...]:
    return tuple(sorted(attachment for attachment, _ in items))


def _prefixes(items: list[tuple[Attachment, Interface]]) -> tuple[Prefix, ...]:
    found = {entry.prefix for _, interface in items for entry in interface.addresses if _counts(entry)}
    return tuple(sorted(found, key=_prefix_order))


def _prefix_order(prefix: Prefix) -> tuple[int, int, int]:
    return prefix.version, int(prefix.network_address), prefix.prefixlen


def _order(segment: Segment) -> tuple[tuple[int, int, int], str]:
    return (_prefix_order(segment.prefixes[0]) if segment.prefixes else (9, 0, 0)), segment.name
