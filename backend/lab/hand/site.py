"""Where in a lab that stands a host may be. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from backend.lab.hand.machines import UsageError, shown
from backend.lab.hand.protocol import AddHost
from backend.lab.plan.operation import Device, Plan
from backend.lab.plan.survey import Survey, key_of
from backend.lab.plan.wiring import SWITCHES
from backend.model.address import Address
from backend.model.network import Attachment, Segment


class Ground(Struct, frozen=True, eq=False):
    """What a lab was built from."""

    survey: Survey
    plan: Plan
    devices: Mapping[str, Mapping[str, Device]]

    @classmethod
    def of(cls, survey: Survey, plan: Plan) -> "Ground":
        return cls(survey, plan, plan.devices())

    def has(self, router: str) -> bool:
        return router in self.survey.routers and router in self.plan.namespaces

    def switch(self, at: Attachment) -> str | None:
        """Where hosts beside this interface are plugged in; None: nowhere, since it is not there or is a tunnel."""
        device = self.devices.get(self.plan.namespaces.get(at.router, ""), {}).get(at.interface)
        if device is None or device.other.namespace != SWITCHES or not self.survey.interfaces[at].has_neighbors:
            return None
        return device.other.dev.partition(".")[0]


class Site(Struct, frozen=True):
    at: Attachment
    """Whose link the host shares."""
    home: Segment
    switch: str
    is_chosen: bool = False
    """A person named the very router."""


def site_of(ground: Ground, asked: AddHost, addresses: Sequence[Address]) -> Site:
    """As it is asked for, or else where a subnet covers the addresses."""
    if asked.on is not None and asked.segment is not None:
        raise UsageError("--on and --segment both say where the host is; one is enough")
    if asked.on is not None:
        return _beside(ground, asked.on)
    if asked.segment is not None:
        found = _on(ground, _named(ground, asked.segment), addresses)
        if found is None:
            text = "no router of this lab is on it with an interface that is no tunnel"
            raise UsageError(f"--segment {shown(asked.segment)}: {text}")
        return found
    return _covering(ground, addresses)


def _beside(ground: Ground, text: str) -> Site:
    router, colon, interface = text.rpartition(":")
    at = Attachment(router, interface)
    if not colon or not router or not interface:
        raise UsageError(f"--on {shown(text)} should be ROUTER:INTERFACE, such as hq-gw:eth1")
    if router not in ground.survey.routers:
        raise UsageError(f"--on {shown(text)}: there is no router {router}")
    if not ground.has(router):
        raise UsageError(f"--on {shown(text)}: {router} is not in this lab")
    if at not in ground.survey.interfaces:
        names = ", ".join(each.name for each in ground.survey.routers[router].interfaces if not each.is_loopback)
        raise UsageError(f"--on {shown(text)}: {router} has no interface {interface}; there are {names}")
    switch = ground.switch(at)
    if switch is None:
        raise UsageError(f"--on {shown(text)}: {interface} is a tunnel or leads nowhere, so no host can be there")
    return Site(at, ground.survey.segment_at(at), switch, is_chosen=True)


def _named(ground: Ground, name: str) -> Segment:
    segments = {segment.name: segment for segment in ground.survey.network.segments}
    if name not in segments:
        raise UsageError(f"--segment {shown(name)}: there is none of that name; there are {', '.join(segments)}")
    return segments[name]


def _covering(ground: Ground, addresses: Iterable[Address]) -> Site:
    """Of the first address that any segment covers."""
    for address in addresses:
        homes = ground.survey.homes(*key_of(address))
        sites = [site for home in homes if (site := _on(ground, home, (address,))) is not None]
        if len(sites) > 1:
            names = ", ".join(site.home.name for site in sites)
            raise UsageError(f"address: {address} can be on any of {names}; --on or --segment names one")
        if sites:
            return sites[0]
    text = ", ".join(map(str, addresses))
    raise UsageError(f"address: no segment of this lab covers {text}; --on ROUTER:INTERFACE or --segment names one")


def _on(ground: Ground, home: Segment, addresses: Sequence[Address]) -> Site | None:
    """Where providers divide a segment, a host is beside the router whose subnet it is in."""
    sites = [Site(at, home, switch) for at in home.members if (switch := ground.switch(at)) is not None]
    for site in sites:
        prefixes = [entry.prefix for entry in ground.survey.interfaces[site.at].addresses]
        if any(address in prefix for prefix in prefixes for address in addresses):
            return site
    return sites[0] if sites else None
