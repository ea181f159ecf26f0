"""The internet of a lab: a router that has the addresses which the gateways' default routes name and nobody owns. Pure.

Where all members of a segment are outside interfaces, each with a provider's router of its own, the segment stands for
the internet and is no shared layer 2: every uplink gets its own cable.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from backend.lab.plan.operation import AddAddress, AddRoute, Operation, SetLink
from backend.lab.plan.survey import Uplinks
from backend.model.address import Address, Prefix, parse_prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Segment
from backend.model.route import NextHop, Route

INTERNET = "_internet"


class Provider(Struct, frozen=True):
    """One end of an uplink, in the namespace of the internet."""

    dev: str
    members: tuple[Attachment, ...]
    addresses: Mapping[Address, Prefix | None]
    near: tuple[Address, ...]
    """Addresses of the members."""


def uplink_groups(
    segment: Segment, interfaces: Mapping[Attachment, Interface], uplinks: Uplinks
) -> list[tuple[Attachment, ...]]:
    """The members of a segment by provider, where each one has one; else all of them together."""
    if len(segment.members) == 1 or not any(member in uplinks for member in segment.members):
        return [segment.members]
    groups: list[tuple[set[Prefix], list[Attachment]]] = []
    for member in segment.members:
        prefixes = _prefixes(interfaces[member])
        joined = [group for group in groups if group[0] & prefixes]
        members = [each for group in joined for each in group[1]]
        groups = [group for group in groups if group not in joined]
        groups.append((prefixes.union(*(group[0] for group in joined)), [*members, member]))
    if all(any(member in uplinks for member in members) for _, members in groups):
        return [tuple(members) for _, members in groups]
    return [segment.members]


def _prefixes(interface: Interface) -> set[Prefix]:
    return {entry.prefix for entry in interface.addresses if not entry.address.is_link_local}


def provider(
    number: int, members: Sequence[Attachment], interfaces: Mapping[Attachment, Interface], uplinks: Uplinks
) -> Provider | None:
    if not any(member in uplinks for member in members):
        return None
    addresses = {via: subnet for member in members for via, subnet in uplinks.get(member, {}).items()}
    near = [entry.address for member in members for entry in interfaces[member].addresses]
    return Provider(f"isp{number}", tuple(members), addresses, tuple(a for a in near if not a.is_link_local))


class Beyond(Struct, frozen=True):
    """What of a flow is on the internet."""

    addresses: tuple[Address, ...] = ()
    ways: tuple[tuple[Address, Address, Attachment], ...] = ()
    """What the internet has a route to: (to whom, by which address, on whose uplink)."""


def configure_internet(providers: Sequence[Provider], beyond: Beyond) -> Iterator[Operation]:
    yield SetLink(INTERNET, "lo", is_up=True)
    for address in beyond.addresses:
        yield AddAddress(INTERNET, "lo", InterfaceAddress(address, address.max_prefixlen))
    for each in providers:
        yield SetLink(INTERNET, each.dev, is_up=True)
        for address, subnet in each.addresses.items():
            length = subnet.prefixlen if subnet is not None else address.max_prefixlen
            yield AddAddress(INTERNET, each.dev, InterfaceAddress(address, length))
        subnets = [subnet for subnet in each.addresses.values() if subnet is not None]
        for address in each.near:
            if not any(address in subnet for subnet in subnets):
                yield AddRoute(INTERNET, Route(parse_prefix(str(address)), next_hops=(NextHop(each.dev),)))
    devs = {member: each.dev for each in providers for member in each.members}
    for address, via, at in beyond.ways:
        hop = NextHop(devs[at], via, flags=("onlink",))
        yield AddRoute(INTERNET, Route(parse_prefix(str(address)), next_hops=(hop,)))
