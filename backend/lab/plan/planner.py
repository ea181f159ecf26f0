"""From what is to be in a lab to the operations that build it. Pure: no namespace is touched here."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.lab.plan import setting
from backend.lab.plan.guest import DEVICE, Guest, configure_guest
from backend.lab.plan.hosting import guest_of
from backend.lab.plan.internet import INTERNET, Beyond, Provider, configure_internet, provider, uplink_groups
from backend.lab.plan.machine import configure_router, load_firewall
from backend.lab.plan.naming import derived_mac, macs, namespaces
from backend.lab.plan.operation import End, MakeNamespace, Omission, Operation, Plan
from backend.lab.plan.possible import possible
from backend.lab.plan.survey import Survey, Uplinks
from backend.lab.plan.tracing import Tracing
from backend.lab.plan.wiring import BENCH, SWITCHES, Port, Wiring, bench, wire
from backend.model.address import Address
from backend.model.network import Attachment, Network, Router


class Layout(Struct, frozen=True, eq=False):
    """What is to be in a lab."""

    survey: Survey
    routers: tuple[Router, ...]
    guests: tuple[Guest, ...] = ()
    uplinks: Uplinks = {}
    """Those that lead to the lab's internet."""
    beyond: Beyond = Beyond()
    is_apart: bool = False
    """Each router by itself, with cables that lead nowhere."""
    is_switched: bool = False
    """Hosts may be added while it stands."""


def plan(network: Network, tracing: Tracing | None = None) -> Plan:
    """The routers under the names of their interfaces, the segments between them, and the hosts.

    With `tracing` the routers tell what their rules do with packets.
    """
    survey = Survey(network)
    guests = tuple(guest_of(survey, host) for host in network.hosts)
    return lay_out(Layout(survey, network.routers, guests, survey.uplinks), tracing)


def lay_out(layout: Layout, tracing: Tracing | None = None) -> Plan:
    return _Planner(layout, tracing).plan()


class _Planner:
    def __init__(self, layout: Layout, tracing: Tracing | None) -> None:
        self._layout = layout
        self._tracing = tracing
        self._omissions: list[Omission] = []
        self._routers = [possible(router, self._omissions) for router in layout.routers]
        self._names = namespaces([*(each.name for each in self._routers), *(each.name for each in layout.guests)])
        self._interfaces = {
            Attachment(router.name, interface.name): interface
            for router in self._routers
            for interface in router.interfaces
            if not interface.is_loopback
        }
        self._macs = macs(self._interfaces)
        self._providers: list[Provider] = []

    def plan(self) -> Plan:
        wiring = self._wiring()
        internet = INTERNET if self._providers or self._layout.beyond.addresses else None
        self._names |= {INTERNET: INTERNET} if internet else {}
        between = BENCH if self._layout.is_apart else SWITCHES
        operations: list[Operation] = [MakeNamespace(each) for each in (*self._names.values(), between)]
        operations += [each for namespace in (*self._names.values(), between) for each in setting.born(namespace)]
        operations += setting.silent(between)
        operations += wiring.cables
        operations += self._settings()
        operations += setting.forwarding(INTERNET) if internet else ()
        operations += self._configuration(wiring)
        operations += configure_internet(self._providers, self._layout.beyond) if internet else ()
        operations += self._firewalls()
        return Plan(self._names, tuple(operations), wiring.carriers, tuple(self._omissions), internet)

    def _wiring(self) -> Wiring:
        if self._layout.is_apart:
            return bench([self._port(at) for at in self._interfaces])
        return wire([self._ports(*each) for each in self._wires()], self._layout.is_switched)

    def _wires(self) -> Iterator[tuple[list[Attachment], list[Guest]]]:
        """The interfaces and the guests that share a link each."""
        guests: dict[Attachment, list[Guest]] = {}
        for guest in self._layout.guests:
            if guest.at is not None:
                guests.setdefault(self._group(guest.at)[0], []).append(guest)
            else:
                text = ", ".join(str(entry.address) for entry in guest.addresses)
                self._omissions.append(Omission(guest.name, text, "no segment has its address"))
        done: set[Attachment] = set()
        shared = (at for segment in self._layout.survey.network.segments for at in segment.members)
        for at in [*(at for at in shared if at in self._interfaces), *self._interfaces]:
            group = self._group(at)
            if group[0] not in done:
                done.add(group[0])
                yield [each for each in group if each in self._interfaces], guests.pop(group[0], [])
        yield from (([], alone) for alone in guests.values())

    def _group(self, at: Attachment) -> tuple[Attachment, ...]:
        survey = self._layout.survey
        groups = uplink_groups(survey.segment_at(at), survey.interfaces, survey.uplinks)
        return next(group for group in groups if at in group)

    def _ports(self, members: list[Attachment], guests: list[Guest]) -> list[Port]:
        ports = [self._port(each) for each in members]
        is_tunnel = bool(ports) and all(port.is_tunnel for port in ports)
        ports += [self._guest_port(each, is_tunnel) for each in guests]
        found = provider(len(self._providers), members, self._interfaces, self._layout.uplinks)
        if found is not None:
            self._providers.append(found)
            ports.append(_port(INTERNET, INTERNET, found.dev, is_tunnel, tuple(found.addresses)))
        return ports

    def _port(self, at: Attachment) -> Port:
        interface = self._interfaces[at]
        end = End(self._names[at.router], interface.name, self._macs[at], interface.mtu, interface.index)
        addresses = tuple(entry.address for entry in interface.addresses)
        has_carrier = interface.is_up and interface.has_carrier
        return Port(end, interface.is_up, has_carrier, not interface.has_neighbors, addresses)

    def _guest_port(self, guest: Guest, is_tunnel: bool) -> Port:
        addresses = (*(entry.address for entry in guest.addresses), *guest.own)
        return _port(guest.name, self._names[guest.name], DEVICE, is_tunnel, addresses)

    def _settings(self) -> Iterator[Operation]:
        for router in self._routers:
            namespace = self._names[router.name]
            yield from setting.tentative(namespace, router.interfaces)
            if router.kind == "linux" and router.sysctls:
                names = frozenset(interface.name for interface in router.interfaces)
                yield from setting.of_router(namespace, router.sysctls, names)
            else:
                yield from setting.forwarding(namespace)

    def _configuration(self, wiring: Wiring) -> Iterator[Operation]:
        yield from wiring.settings
        for router in self._routers:
            yield from configure_router(router, self._names[router.name])
        for guest in self._layout.guests:
            mac = self._macs.get(guest.router) if guest.router is not None else None
            yield from configure_guest(guest, self._names[guest.name], mac)

    def _firewalls(self) -> list[Operation]:
        found = [load_firewall(router, self._names[router.name], self._tracing) for router in self._routers]
        return [*(sets for sets, _ in found if sets), *(rules for _, both in found for rules in both)]


def _port(name: str, namespace: str, dev: str, is_tunnel: bool, addresses: Sequence[Address]) -> Port:
    return Port(End(namespace, dev, derived_mac(name, dev)), is_tunnel=is_tunnel, addresses=tuple(addresses))
