"""The machines around the routers of a flow: hosts on segments, and who is beyond the known network. Pure."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.plan.extent import Exit, Extent, Landing
from backend.lab.plan.gateway import find_gateway, host_prefix
from backend.lab.plan.guest import NOBODY, Guest
from backend.lab.plan.internet import INTERNET, Beyond
from backend.lab.plan.place import Place, is_private
from backend.lab.plan.survey import Survey, key_of
from backend.model.address import Address, Family, Prefix, family_of
from backend.model.interface import InterfaceAddress
from backend.model.network import Attachment, Host, Segment


class Machine(Struct, frozen=True):
    """Who sends or receives packets of a flow."""

    name: str
    addresses: tuple[Address, ...] = ()
    """Those of the flow."""
    namespace: str = ""
    assumptions: tuple[str, ...] = ()
    """What nobody said and is taken to be so."""
    is_outside: bool = False
    """Beyond the known network: what gets there has left it."""


class Party(Struct, frozen=True):
    machine: Machine
    guest: Guest | None = None
    """None: a router of the network, or the internet."""
    is_sender: bool = False


def guest_of(survey: Survey, host: Host) -> Guest:
    """A host of the network, on the segment that covers it best."""
    covered = [survey.covering(entry.address.version, int(entry.address)) for entry in host.addresses]
    homes = [found for found in covered if found[1]]
    if not homes:
        return Guest(host.name, None, host.addresses)
    home = min(homes, key=lambda found: found[0])[1][0]
    gateways = list(host.gateways)
    for entry in host.addresses:
        if all(gateway.version != entry.address.version for gateway in gateways):
            found = find_gateway(survey, home, entry.address)
            gateways += [found.address] if found is not None else []
    entries = tuple(_entry(survey, home, entry.address) for entry in host.addresses)
    return Guest(host.name, home.members[0], entries, gateways=tuple(gateways))


def _entry(survey: Survey, home: Segment, address: Address) -> InterfaceAddress:
    return InterfaceAddress(address, host_prefix(survey, home, address).prefixlen)


class Hosting:
    """Of one flow: from `source`, which is at `place`, to `destination`, within `extent`."""

    def __init__(self, survey: Survey, source: Address, destination: Address, place: Place, extent: Extent) -> None:
        self._survey = survey
        self._ends = (source, destination)
        self._place = place
        self._extent = extent
        self._family: Family = family_of(source)
        self._taken = set(survey.routers)

    def parties(self) -> list[Party]:
        """Who has the destination itself comes first, who is beyond the known network last."""
        found = [*self._hosts(), *self._routers(), *self._neighbors(), *self._internet()]
        return sorted(found, key=lambda each: (each.machine.is_outside, self._ends[1] not in each.machine.addresses))

    def _hosts(self) -> Iterator[Party]:
        """Of translated addresses that have no name, those on one segment are one machine's."""
        groups: dict[tuple[Attachment, object], list[Landing]] = {}
        for landing in sorted(self._extent.landings, key=lambda each: int(each.address)):
            host = self._survey.hosts.get(key_of(landing.address))
            who: object = host.name if host is not None else landing.address in self._ends and landing.address
            groups.setdefault((landing.at, who), []).append(landing)
        for landings in groups.values():
            yield self._host(landings)

    def _host(self, landings: list[Landing]) -> Party:
        home, address = self._survey.segment_at(landings[0].at), landings[0].address
        host = self._survey.hosts.get(key_of(address))
        is_sender = self._place.start.landing in landings
        named = self._place.start.gateway if is_sender else None
        gateway = find_gateway(self._survey, home, address, named)
        at = self._nearest(home, address, named)
        own = tuple(each.address for each in landings)
        guest = Guest(
            name=self._named(host.name if host is not None else str(address), home.name),
            at=at,
            addresses=tuple(_entry(self._survey, home, each) for each in own),
            gateways=(gateway.address if gateway is not None else NOBODY[self._family],),
            router=at if gateway is None else None,
        )
        assumptions = gateway.assumptions if gateway is not None else ()
        if not self._survey.homes(*key_of(address)):
            note = f"{address} is taken to answer on {home.name}, although no subnet there covers it"
            assumptions = (*assumptions, note)
        if is_sender:
            assumptions = self._place.assumptions
        return Party(Machine(guest.name, own, assumptions=assumptions), guest, is_sender)

    def _nearest(self, home: Segment, address: Address, router: str | None) -> Attachment:
        """Where providers divide a segment, the host is beside the router whose subnet it is in."""
        for member in home.members:
            if member.router == router:
                return member
            if any(address in entry.prefix for entry in self._survey.interfaces[member].addresses):
                return member
        return home.members[0]

    def _named(self, name: str, place: str) -> str:
        free = name if name not in self._taken else f"{name} on {place}"
        self._taken.add(free)
        return free

    def _routers(self) -> Iterator[Party]:
        start = self._place.start.routers
        for name in self._extent.routers:
            ways = self._survey.ways(name, self._family)
            own = [each for each in self._extent.destinations if ways.delivers(int(each))]
            if name in self._extent.answering:
                interfaces = self._survey.routers[name].interfaces
                own += [entry.address for each in interfaces for entry in each.addresses]
            is_sender = start == (name,) and self._place.behind is None and self._place.start.landing is None
            mine = {each: None for each in own if each.version == self._family and not each.is_loopback}
            if is_sender:
                yield Party(Machine(name, (self._ends[0],), assumptions=self._place.assumptions), None, True)
            if mine:
                yield Party(Machine(name, tuple(mine)))

    def _neighbors(self) -> Iterator[Party]:
        groups: dict[tuple[Attachment, Address | None], list[Exit]] = {}
        behind = self._place.behind
        for exit_ in (*self._extent.exits, *([behind] if behind is not None else [])):
            if not exit_.is_internet:
                home = self._survey.segment_at(exit_.at)
                groups.setdefault((home.members[0], exit_.via), []).append(exit_)
        for exits in groups.values():
            yield self._neighbor(exits, behind in exits)

    def _neighbor(self, exits: list[Exit], is_sender: bool) -> Party:
        """It stands for all that is behind it; what is for others than itself it takes without a word."""
        at, via = exits[0].at, exits[0].via
        home = self._survey.segment_at(at)
        host = self._survey.hosts.get(key_of(via)) if via is not None else None
        behind = f"host {host.name}" if host is not None else f"{via}"
        where = f"the packet leaves the known network at {at.router} {at.interface} for {behind}"
        own = (self._ends[0],) if is_sender else self._lost()
        guest = Guest(
            name=self._named(host.name if host is not None else f"beyond {at.router} {at.interface}", f"{via}"),
            at=at,
            addresses=(_entry(self._survey, home, via or own[0]),),
            own=own if via is not None else (),
            gateways=(self._address_of(at),),
            router=at,
        )
        assumptions = self._place.assumptions if is_sender else (f"{where}, of which there are no facts",)
        return Party(Machine(guest.name, own, assumptions=assumptions, is_outside=True), guest, is_sender)

    def _foreign(self) -> tuple[Address, ...]:
        """The destinations that no router here has."""
        ways = [self._survey.ways(name, self._family) for name in self._extent.routers]
        return tuple(a for a in self._extent.destinations if not any(each.delivers(int(a)) for each in ways))

    def _address_of(self, at: Attachment) -> Address:
        """One by which the router can be the next hop of its neighbour, who knows its frame address."""
        mine = self._survey.interfaces[at].addresses
        others = [entry for each in self._survey.routers[at.router].interfaces for entry in each.addresses]
        found = (entry.address for entry in (*mine, *others) if entry.address.version == self._family)
        return next((each for each in found if not each.is_link_local and not each.is_loopback), NOBODY[self._family])

    def _internet(self) -> Iterator[Party]:
        exits = [each for each in self._extent.exits if each.is_internet]
        behind = self._place.behind
        is_sender = self._place.start.is_internet or (behind is not None and behind.is_internet)
        if is_sender:
            yield Party(Machine(INTERNET, (self._ends[0],), INTERNET, self._place.assumptions, True), None, True)
        elif exits:
            yield Party(Machine(INTERNET, self._lost(), INTERNET, tuple(self._leaving(exits)), True))

    def _lost(self) -> tuple[Address, ...]:
        """The destinations that nobody has in the known network."""
        landed = {landing.address for landing in self._extent.landings}
        return tuple(address for address in self._foreign() if address not in landed)

    def _leaving(self, exits: list[Exit]) -> Iterator[str]:
        address = self._ends[1]
        kind = ", where private addresses lead nowhere" if is_private(address) else ""
        for at in dict.fromkeys(exit_.at for exit_ in exits):
            yield f"{address} leaves the known network at {at.router} {at.interface} for the internet{kind}"

    def uplinks(self) -> dict[Attachment, dict[Address, Prefix | None]]:
        """Of the routers, with all next hops that lead to the internet."""
        found = {at: dict(held) for at, held in self._survey.uplinks.items() if at.router in self._extent.routers}
        for exit_ in self._extent.exits:
            if exit_.is_internet and exit_.via is not None:
                found[exit_.at].setdefault(exit_.via, None)
        return found

    def beyond(self, sender: Machine) -> Beyond:
        behind = self._place.behind
        if sender.name != INTERNET:
            return Beyond(self._lost())
        if behind is None:
            return Beyond(sender.addresses)
        via = self._address_of(behind.at)
        return Beyond(sender.addresses, tuple((to, via, behind.at) for to in self._extent.destinations))


def placed(machine: Machine, namespaces: dict[str, str]) -> Machine:
    return replace(machine, namespace=namespaces.get(machine.name, machine.name))
