"""Which routers a packet between two addresses, its answers and the errors that it causes could come to. Pure.

Whatever policy rules, marks, translations and equal routes do with it: a router that is not here sees nothing of the
flow. From each router that is reached all ways are followed, to all addresses that may stand in the packet by then.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from backend.lab.plan.answering import answering, standing_in
from backend.lab.plan.gateway import find_gateway, host_prefix
from backend.lab.plan.survey import Key, Survey
from backend.lab.plan.translation import Passage, Translation, answers_for_others, translations
from backend.lab.plan.ways import Span, span_of
from backend.model.address import Address, Family, family_of
from backend.model.network import Attachment, Segment
from backend.model.route import NextHop

FEW = 16
"""Of a range with more addresses, the first so many stand for all."""


class Exit(Struct, frozen=True):
    """Where a route leads to nobody of whom there are facts."""

    router: str
    interface: str
    via: Address | None = None
    """None: the internet, without asking for a next hop."""
    is_internet: bool = False

    @property
    def at(self) -> Attachment:
        return Attachment(self.router, self.interface)


class Landing(Struct, frozen=True):
    """A host that is looked for on the link of an interface."""

    at: Attachment
    """The first one on its segment."""
    address: Address


class Extent(Struct, frozen=True):
    routers: tuple[str, ...]
    """In the order of the network."""
    exits: tuple[Exit, ...]
    landings: tuple[Landing, ...]
    destinations: tuple[Address, ...]
    """That of the packet and those to which it may be translated."""
    answering: tuple[str, ...] = ()
    """Routers whose own programs may get packets that are for others."""


class Start(Struct, frozen=True):
    """Where the packet comes from."""

    routers: tuple[str, ...] = ()
    landing: Landing | None = None
    gateway: str | None = None
    """The router that is named as that of the landing."""
    is_internet: bool = False


def extent(survey: Survey, source: Address, destination: Address, start: Start) -> Extent:
    return _Search(survey, source, destination).found(start)


class _Search:
    """Machines that have been reached and addresses that may be looked for, until there are no more of either."""

    def __init__(self, survey: Survey, source: Address, destination: Address) -> None:
        self._survey = survey
        self._family: Family = family_of(source)
        self._sources: dict[Span, None] = {}
        self._destinations: dict[Span, None] = {}
        self._routers: dict[str, Passage] = {}
        self._translations: dict[str, list[Translation]] = {}
        self._landings: dict[Landing, str | None] = {}
        """With the router that is named as the gateway."""
        self._exits: dict[Exit, None] = {}
        self._has_internet = False
        self._waiting: dict[tuple[str | Landing | None, Span], None] = {}
        """A router, a host, or the internet, and addresses that it may look for."""
        self._add((int(source), int(source)), is_source=True)
        self._add((int(destination), int(destination)), is_source=False)

    def found(self, start: Start) -> Extent:
        for name in start.routers:
            self._reach(name)
        if start.landing is not None:
            self._land(start.landing, start.gateway)
        if start.is_internet:
            self._reach_internet()
        while self._waiting:
            while self._waiting:
                (who, span), _ = self._waiting.popitem()
                self._follow(who, span)
            self._translate()
        return Extent(
            routers=tuple(name for name in self._survey.routers if name in self._routers),
            exits=tuple(self._exits),
            landings=tuple(self._landings),
            destinations=tuple(dict.fromkeys(each for span in self._destinations for each in self._addresses(span))),
            answering=tuple(name for name in self._routers if self._answers(name)),
        )

    def _known(self) -> dict[Span, None]:
        return {**self._sources, **self._destinations}

    def _add(self, span: Span, is_source: bool) -> None:
        known = self._known()
        (self._sources if is_source else self._destinations)[span] = None
        if span in known:
            return
        machines: list[str | Landing | None] = [*self._routers, *self._landings]
        machines += [None] if self._has_internet else []
        self._waiting |= {(machine, span): None for machine in machines}
        # From there, rules may ask other tables for the addresses that were known before.
        asking = [name for name in self._routers if self._survey.ways(name, self._family).has_sources]
        self._waiting |= {(name, each): None for name in asking for each in known}

    def _reach(self, name: str, home: Segment | None = None) -> None:
        """From its link, or from the router itself."""
        if name not in self._routers:
            self._routers[name] = Passage()
            self._translations[name] = translations(self._survey.routers[name], self._family)
            self._waiting |= {(name, span): None for span in self._known()}
        members = home.members if home is not None else ()
        self._routers[name].incoming.update(each.interface for each in members if each.router == name)

    def _land(self, landing: Landing, gateway: str | None = None) -> None:
        if landing not in self._landings:
            self._landings[landing] = gateway
            self._waiting |= {(landing, span): None for span in self._known()}

    def _reach_internet(self) -> None:
        if not self._has_internet:
            self._has_internet = True
            self._waiting |= {(None, span): None for span in self._known()}

    def _translate(self) -> None:
        known = list(self._known())
        for name, passage in self._routers.items():
            for each in self._translations[name]:
                for span in each.results(known, passage):
                    for part in _split(span):
                        if part not in (self._sources if each.is_of_source else self._destinations):
                            self._add(part, each.is_of_source)

    def _answers(self, name: str) -> bool:
        return answers_for_others(self._survey.routers[name], self._family)

    def _follow(self, who: str | Landing | None, span: Span) -> None:
        if who is None:
            self._over_internet(span)
        elif isinstance(who, Landing):
            self._from_host(who, span)
        else:
            for hop, part in self._survey.ways(who, self._family).hops(span, self._known()):
                self._leave(who, hop, part)

    def _from_host(self, host: Landing, span: Span) -> None:
        home = self._survey.segment_at(host.at)
        gateway = find_gateway(self._survey, home, host.address, self._landings[host])
        if gateway is not None:
            self._ask(home, (gateway.address.version, int(gateway.address)))
        self._look_on(home, _part(span, span_of(host_prefix(self._survey, home, host.address))), None)

    def _leave(self, name: str, hop: NextHop, span: Span) -> None:
        at = Attachment(name, hop.dev or "")
        interface = self._survey.interfaces.get(at)
        if interface is None or not (interface.is_up and interface.has_carrier):
            return
        mine = (a.address for a in interface.addresses if a.address.version == self._family)
        self._routers[name].outgoing.setdefault(interface.name, tuple(map(int, mine)))
        home = self._survey.segment_at(at)
        if hop.via is not None:
            if not self._ask(home, (hop.via.version, int(hop.via)), at):
                self._leave_network(at, hop.via)
            return
        self._look_on(home, span, at)

    def _look_on(self, home: Segment, span: Span, asker: Attachment | None) -> None:
        """The addresses themselves are looked for on the link."""
        for address in self._addresses(span, home):
            if not self._ask(home, (self._family, int(address)), asker):
                is_home = home in self._survey.homes(self._family, int(address))
                if asker in self._survey.uplinks and not is_home:
                    self._leave_network(asker, None)
                else:
                    self._look_for_host(home, address)

    def _ask(self, home: Segment, key: Key, asker: Attachment | None = None) -> bool:
        """Who may answer for a next hop is reached; whether there is anybody.

        A proxy does not count for who should be on the link itself: its way there is by the link as well.
        """
        owners = list(answering(self._survey, home, key, asker))
        proxies = list(standing_in(self._survey, home, key, asker))
        for name in (*owners, *proxies):
            self._reach(name, home)
        return bool(owners or (proxies and home not in self._survey.homes(*key)))

    def _leave_network(self, at: Attachment, via: Address | None) -> None:
        if at in self._survey.uplinks:
            self._exits[Exit(at.router, at.interface, via, is_internet=True)] = None
            self._reach_internet()
        elif via is not None and (via.version, int(via)) not in self._survey.asleep:
            self._exits[Exit(at.router, at.interface, via)] = None

    def _look_for_host(self, home: Segment, address: Address) -> None:
        """It is a host on this link, unless it is known to be elsewhere."""
        key = (self._family, int(address))
        homes = self._survey.homes(*key)
        if key not in self._survey.owners and (not homes or home in homes):
            self._land(Landing(home.members[0], address))

    def _over_internet(self, span: Span) -> None:
        """It joins the outside addresses and knows nothing of what is behind them."""
        for address in self._addresses(span, *self._outside()):
            key = (self._family, int(address))
            for owner in self._survey.owners.get(key, ()):
                if owner in self._survey.uplinks:
                    self._reach(owner.router, self._survey.segment_at(owner))
            for home in self._survey.homes(*key):
                outside = [member for member in home.members if member in self._survey.uplinks]
                if outside and key not in self._survey.owners:
                    for member in outside:
                        self._reach(member.router, home)
                    self._land(Landing(home.members[0], address))

    def _outside(self) -> Iterator[Segment]:
        return (self._survey.segment_at(at) for at in self._survey.uplinks)

    def _addresses(self, span: Span, *homes: Segment) -> list[Address]:
        """All of few; of many the first ones and those that routers on these segments have."""
        first, last = span
        numbers = dict.fromkeys(range(first, min(last, first + FEW - 1) + 1))
        if last - first >= FEW:
            for home in homes:
                link = self._survey.link(home)
                owned = [*(number for family, number in link.own if family == self._family)]
                owned += link.anywhere if self._family == 4 else ()
                numbers |= dict.fromkeys(number for number in owned if first <= number <= last)
        return [IPv4Address(number) if self._family == 4 else IPv6Address(number) for number in numbers]


def _split(span: Span) -> list[Span]:
    """A few addresses are looked for one by one, which leads to less."""
    return [(each, each) for each in range(span[0], span[1] + 1)] if span[1] - span[0] < FEW else [span]


def _part(span: Span, limits: Span) -> Span:
    return max(span[0], limits[0]), min(span[1], limits[1])
