"""From a network to the operations that build it. Pure: no namespace is touched here."""

import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from backend.lab.error import LabError
from backend.lab.plan import arguments, setting
from backend.lab.plan.internet import find_uplinks, provider_addresses, uplink_groups
from backend.lab.plan.machine import configure_host, configure_router, host_gateways, load_firewall
from backend.lab.plan.operation import AddAddress, End, MakeNamespace, Omission, Operation, Plan, SetLink
from backend.lab.plan.tracing import Tracing
from backend.lab.plan.wiring import SWITCHES, Port, Wiring, wire
from backend.model.address import Address, Prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Host, Network, Segment

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")
INTERNET = "_internet"
HOST_DEVICE = "eth0"


def plan(network: Network, tracing: Tracing | None = None) -> Plan:
    """The routers under the names of their interfaces, the segments between them, and the hosts.

    With `tracing` the routers tell what their rules do with packets.
    """
    return _Planner(network, tracing).plan()


class _Planner:
    def __init__(self, network: Network, tracing: Tracing | None) -> None:
        self._network = network
        self._tracing = tracing
        self._names = _namespaces(network)
        self._interfaces = {
            Attachment(router.name, interface.name): interface
            for router in network.routers
            for interface in router.interfaces
            if not interface.is_loopback
        }
        self._macs = _macs(self._interfaces)
        self._uplinks = find_uplinks(network)
        self._omissions: list[Omission] = []
        self._providers: list[dict[Address, Prefix]] = []
        """The addresses of each interface of the internet."""
        self._homes: dict[str, Segment] = {}

    def plan(self) -> Plan:
        wiring = wire([list(ports) for ports in self._ports()])
        internet = INTERNET if self._providers else None
        everywhere = [*self._names.values(), SWITCHES, *([internet] if internet else [])]
        operations: list[Operation] = [MakeNamespace(each) for each in everywhere]
        operations += [each for namespace in everywhere for each in setting.born(namespace)]
        operations += wiring.cables
        operations += self._settings(internet)
        operations += self._configuration(wiring, internet)
        operations += self._firewalls()
        return Plan(self._names, tuple(operations), wiring.carriers, tuple(self._omissions), internet)

    def _ports(self) -> Iterator[list[Port]]:
        hosts = self._hosts_by_segment()
        wired: set[Attachment] = set()
        for segment in self._network.segments:
            known = [member for member in segment.members if member in self._interfaces]
            wired.update(known)
            whole = Segment(segment.name, segment.prefixes, tuple(known))
            groups = uplink_groups(whole, self._interfaces, self._uplinks)
            for number, members in enumerate(groups):
                ports = [self._port(member) for member in members]
                ports += [self._host_port(host) for host in hosts.get(segment.name, ()) if not number]
                yield ports + self._provider_port(members)
        for attachment in self._interfaces:
            if attachment not in wired:
                yield [self._port(attachment), *self._provider_port((attachment,))]

    def _port(self, attachment: Attachment) -> Port:
        interface = self._interfaces[attachment]
        namespace = self._names[attachment.router]
        dev = arguments.device(interface.name)
        end = End(namespace, dev, self._macs[attachment], interface.mtu, interface.index)
        has_carrier = interface.is_up and interface.has_carrier
        return Port(end, interface.is_up, has_carrier, not interface.has_neighbors)

    def _host_port(self, host: Host) -> Port:
        return Port(End(self._names[host.name], HOST_DEVICE, _derived_mac(host.name, HOST_DEVICE)))

    def _provider_port(self, members: Iterable[Attachment]) -> list[Port]:
        addresses = provider_addresses(tuple(members), self._uplinks)
        if not addresses:
            return []
        dev = f"isp{len(self._providers)}"
        self._providers.append(addresses)
        return [Port(End(INTERNET, dev, _derived_mac(INTERNET, dev)))]

    def _hosts_by_segment(self) -> dict[str, list[Host]]:
        found: dict[str, list[Host]] = {}
        for host in self._network.hosts:
            home = _home(host, self._network.segments)
            if home is None:
                self._omissions.append(Omission(host.name, host.addresses[0].text, "no segment has its address"))
            else:
                self._homes[host.name] = home
                found.setdefault(home.name, []).append(host)
        return found

    def _settings(self, internet: str | None) -> Iterator[Operation]:
        for router in self._network.routers:
            namespace = self._names[router.name]
            yield from setting.tentative(namespace, router.interfaces)
            if router.kind == "linux" and router.sysctls:
                names = frozenset(interface.name for interface in router.interfaces)
                yield from setting.of_router(namespace, router.sysctls, names)
            else:
                yield from setting.forwarding(namespace)
        if internet:
            yield from setting.forwarding(internet)

    def _configuration(self, wiring: Wiring, internet: str | None) -> Iterator[Operation]:
        yield from wiring.settings
        yield SetLink(SWITCHES, "lo", is_up=True)
        for router in self._network.routers:
            try:
                yield from configure_router(router, self._names[router.name], self._omissions)
            except LabError as error:
                raise LabError(f"{router.name}: {error}") from None
        for host in self._network.hosts:
            home = self._homes.get(host.name)
            gateways = host_gateways(host, home, self._interfaces) if home else ()
            yield from configure_host(host, self._names[host.name], HOST_DEVICE, home, gateways)
        if internet:
            yield from _configure_internet(internet, self._providers)

    def _firewalls(self) -> list[Operation]:
        found = [load_firewall(router, self._names[router.name], self._tracing) for router in self._network.routers]
        return [*(sets for sets, _ in found if sets), *(rules for _, both in found for rules in both)]


def _configure_internet(namespace: str, providers: list[dict[Address, Prefix]]) -> Iterator[Operation]:
    yield SetLink(namespace, "lo", is_up=True)
    for number, addresses in enumerate(providers):
        yield SetLink(namespace, f"isp{number}", is_up=True)
        for address, subnet in addresses.items():
            yield AddAddress(namespace, f"isp{number}", InterfaceAddress(address, subnet.prefixlen))


def _namespaces(network: Network) -> dict[str, str]:
    """A namespace is a file: a name that cannot be one is replaced by a number."""
    names = [router.name for router in network.routers] + [host.name for host in network.hosts]
    return {name: name if NAME.fullmatch(name) else f"_machine{number}" for number, name in enumerate(names)}


def _home(host: Host, segments: Iterable[Segment]) -> Segment | None:
    covering = [
        (prefix.prefixlen, segment)
        for segment in segments
        for prefix in segment.prefixes
        for entry in host.addresses
        if entry.address in prefix
    ]
    return max(covering, key=lambda found: found[0])[1] if covering else None


def _macs(interfaces: Mapping[Attachment, Interface]) -> dict[Attachment, str]:
    """The interfaces' own, except those that facts have blotted out or that occur twice."""
    seen: set[str] = {"00:00:00:00:00:00"}
    found = {}
    for attachment, interface in interfaces.items():
        mac = (interface.mac or "").lower()
        is_good = re.fullmatch(r"[0-9a-f][02468ace](:[0-9a-f]{2}){5}", mac) and mac not in seen
        found[attachment] = mac if is_good else _derived_mac(attachment.router, attachment.interface)
        seen.add(found[attachment])
    return found


def _derived_mac(owner: str, dev: str) -> str:
    digest = sha256(f"{owner}/{dev}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))
