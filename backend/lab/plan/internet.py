"""The internet of a lab: a router that has the addresses which the gateways' default routes name and nobody owns. Pure.

Where all members of a segment are outside interfaces, each with a provider's router of its own, the segment stands for
the internet and is no shared layer 2: every uplink gets its own cable.
"""

from collections.abc import Iterator, Mapping, Sequence

from backend.model.address import Address, Prefix
from backend.model.interface import Interface
from backend.model.network import Attachment, Network, Router, Segment
from backend.model.route import RouteKind

Uplinks = Mapping[Attachment, Mapping[Address, Prefix]]
"""Outside interface → the next hops behind it that nobody owns, each with the subnet that it is in."""


def find_uplinks(network: Network) -> dict[Attachment, dict[Address, Prefix]]:
    owned = {entry.address for router in network.routers for each in router.interfaces for entry in each.addresses}
    owned |= {entry.address for host in network.hosts for entry in host.addresses}
    found: dict[Attachment, dict[Address, Prefix]] = {}
    for router in network.routers:
        by_name = {interface.name: interface for interface in router.interfaces if interface.is_up}
        for dev, via in _default_hops(router):
            subnet = _subnet(by_name[dev], via) if dev in by_name else None
            if subnet is not None and via not in owned:
                found.setdefault(Attachment(router.name, dev), {})[via] = subnet
    return found


def _default_hops(router: Router) -> Iterator[tuple[str, Address]]:
    for table in router.tables:
        for route in table.routes:
            if route.prefix.prefixlen == 0 and route.kind is RouteKind.UNICAST:
                for hop in route.next_hops:
                    if hop.dev is not None and hop.via is not None:
                        yield hop.dev, hop.via


def _subnet(interface: Interface, via: Address) -> Prefix | None:
    held = [entry.prefix for entry in interface.addresses if via in entry.prefix]
    return max(held, key=lambda prefix: prefix.prefixlen) if held else None


def uplink_groups(
    segment: Segment, interfaces: Mapping[Attachment, Interface], uplinks: Uplinks
) -> list[tuple[Attachment, ...]]:
    """The members of a segment by provider, where each has one; else all of them together."""
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


def provider_addresses(members: Sequence[Attachment], uplinks: Uplinks) -> dict[Address, Prefix]:
    return {via: subnet for member in members for via, subnet in uplinks.get(member, {}).items()}
