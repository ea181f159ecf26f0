"""By which router a host sends what is not for its own subnet. Pure."""

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec import Struct

from backend.lab.plan.survey import Survey, key_of
from backend.model.address import Address, Prefix
from backend.model.network import Attachment, Segment


class Gateway(Struct, frozen=True):
    address: Address
    at: Attachment
    assumptions: tuple[str, ...] = ()
    """What nobody said and is taken to be so."""


def find_gateway(survey: Survey, home: Segment, address: Address, router: str | None = None) -> Gateway | None:
    """The host's own; else the lowest router address of its subnet, or of the segment. `router` limits the choice."""
    candidates = sorted(_candidates(survey, home, address.version, router), key=lambda found: int(found[0]))
    host = survey.hosts.get(key_of(address))
    declared = host.gateways if host is not None else ()
    for own, at in candidates:
        if own in declared:
            return Gateway(own, at)
    if not candidates:
        return None
    open_bits, _ = survey.covering(address.version, int(address))
    near = [found for found in candidates if int(found[0]) >> open_bits == int(address) >> open_bits]
    own, at = (near or candidates)[0]
    step = f"{own} ({at.router} {at.interface}): taken as its gateway: the lowest router address of its subnet"
    routers = sorted({each.router for _, each in near or candidates})
    if len(routers) == 1:
        return Gateway(own, at, (step,))
    note = f"{address} is taken to use {at.router} as its gateway; {', '.join(routers)} are on {home.name}"
    return Gateway(own, at, (step, note))


def _candidates(
    survey: Survey, home: Segment, version: int, router: str | None
) -> Iterator[tuple[Address, Attachment]]:
    for member in home.members:
        interface = survey.interfaces.get(member)
        for entry in interface.addresses if interface is not None and router in (None, member.router) else ():
            is_usable = not {"tentative", "dadfailed"} & set(entry.flags)
            if entry.address.version == version and is_usable and not entry.address.is_link_local:
                yield entry.address, member


def host_prefix(survey: Survey, home: Segment, address: Address) -> Prefix:
    """The subnet that the host takes to be on its link: as it says, or the segment's longest that covers it."""
    host = survey.hosts.get(key_of(address))
    declared = [entry for entry in host.addresses if entry.address == address] if host is not None else []
    if declared and declared[0].prefix_length < address.max_prefixlen:
        return declared[0].prefix
    known = [entry.prefix for at in home.members for entry in survey.interfaces[at].addresses]
    held = [prefix for prefix in known if address in prefix]
    return max(held, key=lambda prefix: prefix.prefixlen) if held else ip_network(address)
