"""Where a flow begins: on a router, on a segment behind a gateway, behind a neighbour, or on the internet. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from backend.lab.error import LabError
from backend.lab.plan.extent import Exit, Landing, Start
from backend.lab.plan.gateway import find_gateway, host_prefix
from backend.lab.plan.survey import Survey, key_of
from backend.model.address import Address, family_of
from backend.model.network import Attachment, Segment
from backend.model.route import RouteKind

PRIVATE = (
    (4, 24, 10), (4, 20, 0xAC1), (4, 16, 0xC0A8), (4, 22, 0x6440 >> 6), (4, 16, 0xA9FE), (6, 121, 0x7E),
)  # fmt: skip
"""(family, bits left open, prefix): addresses that the internet does not route (RFC 1918, 6598, 3927, 4193)."""


class Place(Struct, frozen=True):
    start: Start
    behind: Exit | None = None
    """The neighbour, of whom there are no facts, behind whom the source is; without one it is on the link itself."""
    assumptions: tuple[str, ...] = ()


def place_source(survey: Survey, source: Address, destination: Address, gateway: str | None = None) -> Place:
    """`gateway` is the name of a router. A LabError names the address that cannot be placed, and why."""
    check_address(source, "that a packet comes from")
    key = key_of(source)
    names = sorted({owner.router for owner in survey.owners.get(key, ()) if gateway in (None, owner.router)})
    if len(names) > 1:
        raise LabError(f"{source} is an address of {' and '.join(names)}: name one of them as the gateway")
    if names:
        return Place(Start(routers=(names[0],)))
    homes: Sequence[Segment] = survey.homes(*key)
    if gateway is not None:
        homes = [home for home in homes if any(member.router == gateway for member in home.members)]
        if not homes:
            raise LabError(f"{gateway} has no interface on a segment that covers {source}")
    if len(homes) > 1:
        raise LabError(f"{source} can be on any of {', '.join(home.name for home in homes)}: name the gateway")
    return _on_segment(survey, source, destination, homes[0], gateway) if homes else _elsewhere(survey, source)


def check_address(address: Address, purpose: str) -> None:
    is_everybody = address.version == 4 and int(address) == 0xFFFFFFFF
    if address.is_unspecified or address.is_multicast or address.is_loopback or is_everybody:
        raise LabError(f"{address} is no address {purpose}")
    if address.version == 6 and address.is_link_local:
        raise LabError(f"{address} may be on every link")


def _on_segment(survey: Survey, source: Address, destination: Address, home: Segment, router: str | None) -> Place:
    landing = Landing(home.members[0], source)
    if router is None and destination in host_prefix(survey, home, source):
        return Place(Start(landing=landing))
    gateway = find_gateway(survey, home, source, router)
    if gateway is None:
        raise LabError(f"{source}: no router on {home.name} has an address of this family")
    return Place(Start(landing=landing, gateway=router), assumptions=gateway.assumptions)


def _elsewhere(survey: Survey, source: Address) -> Place:
    """No segment covers the source: it is behind whoever the routes to it lead to, or on the internet."""
    behind = _behind(survey, source)
    if behind is not None:
        exit_, text = behind
        note = f"{source} is taken to be behind {exit_.router} {exit_.interface}, where a route to it leads"
        assumptions = (f"{text}: a route to the source", note)
        if exit_.via is not None or exit_.is_internet:
            return Place(Start(routers=(exit_.router,)), exit_, assumptions)
        landing = Landing(survey.segment_at(exit_.at).members[0], source)
        return Place(Start((exit_.router,), landing, exit_.router), assumptions=assumptions)
    if not survey.uplinks or is_private(source):
        raise LabError(f"{source} is on no known segment, and no router has a route to it")
    return Place(Start(is_internet=True), assumptions=(f"{source} is taken to be on the internet",))


def is_private(address: Address) -> bool:
    return any(address.version == f and int(address) >> bits == prefix for f, bits, prefix in PRIVATE)


def _behind(survey: Survey, source: Address) -> tuple[Exit, str] | None:
    """The longest route to the source, other than a default route, that leads to nobody of whom there are facts."""
    best: tuple[int, Exit, str] | None = None
    for name in survey.routers:
        for route in survey.ways(name, family_of(source)).longest(int(source)):
            if route.kind is not RouteKind.UNICAST or route.prefix.prefixlen == 0 or not route.next_hops:
                continue
            hop = route.next_hops[0]
            at = Attachment(name, hop.dev or "")
            is_known = hop.via is not None and key_of(hop.via) in survey.link(survey.segment_at(at)).own
            length = route.prefix.prefixlen
            if at in survey.interfaces and not is_known and (best is None or length > best[0]):
                best = (length, Exit(name, at.interface, hop.via, at in survey.uplinks), route.text)
    return None if best is None else best[1:]
