"""Random questions for one router: likely ones and those at the edges of its rules and routes."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from random import Random

from msgspec import Struct

from backend.model.address import Address, Family, Prefix
from backend.model.flow import Flow
from backend.model.network import Network, Router

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMP6: "ipv6-icmp"}
ELSEWHERE: dict[Family, tuple[Address, ...]] = {
    4: (IPv4Address("192.0.2.77"), IPv4Address("8.8.8.8")),
    6: (IPv6Address("2001:db8:ffff::77"),),
}


class Question(Struct, frozen=True):
    """A packet that comes in on `iif`, or that the router sends itself when `iif` is None."""

    iif: str | None
    flow: Flow

    @property
    def text(self) -> str:
        """The arguments of `ip route get`."""
        flow = self.flow
        words = [str(flow.destination), "from", str(flow.source)]
        words += ["iif", self.iif] if self.iif else []
        words += ["mark", hex(flow.mark)] if flow.mark else []
        words += ["tos", hex(flow.tos)] if flow.tos else []
        words += ["ipproto", NAMES[flow.protocol or UDP]]
        if flow.source_port is not None:
            words += ["sport", str(flow.source_port), "dport", str(flow.destination_port)]
        return " ".join(words)


def questions(network: Network, router: Router, family: Family, count: int, chance: Random) -> Iterator[Question]:
    own = sorted(_own(router, family), key=int)
    if not own:
        return  # the router does not speak this family
    pool = sorted(_addresses(network, family), key=int)
    edges = sorted(_edges(router, family), key=int) or pool
    marks = [0, 0, 0, 1, *(rule.fwmark for rule in router.policy_rules if rule.fwmark is not None)]
    ports = [53, 80, 443, 40000, *_ports(router)]
    inward: list[str | None] = [each.name for each in router.interfaces if each.is_up and not each.is_loopback]
    for _ in range(count):
        iif = chance.choice([*inward, None])
        source = chance.choice(pool + edges) if iif else chance.choice(own)
        protocol = chance.choice([TCP, UDP, ICMP if family == 4 else ICMP6])
        has_ports = protocol in (TCP, UDP)
        yield Question(
            iif,
            Flow(
                source=source,
                destination=chance.choice([*pool, *edges, *own, *ELSEWHERE[family]]),
                protocol=protocol,
                source_port=chance.choice(ports) if has_ports else None,
                destination_port=chance.choice(ports) if has_ports else None,
                mark=chance.choice(marks),
                tos=chance.choice([0, 0, 0, 0x10, 0x08, 0x1C, 0xB8]),
            ),
        )


def _addresses(network: Network, family: Family) -> set[Address]:
    everybody = [a.address for host in network.hosts for a in host.addresses]
    everybody += [a.address for router in network.routers for each in router.interfaces for a in each.addresses]
    return {a for a in everybody if a.version == family and not a.is_loopback and not a.is_link_local}


def _own(router: Router, family: Family) -> set[Address]:
    """What the router may send from; the kernel refuses an address that is only tentative, on a link that is down."""
    found = {a.address for each in router.interfaces if each.is_up for a in each.addresses}
    return {a for a in found if a.version == family and not a.is_loopback and not a.is_link_local}


def _edges(router: Router, family: Family) -> set[Address]:
    """The first and last address of each prefix that routes and rules speak of, and the ones beside them."""
    prefixes: set[Prefix | None] = {route.prefix for table in router.tables for route in table.routes}
    prefixes |= {prefix for rule in router.policy_rules for prefix in (rule.source, rule.destination)}
    found = set()
    for prefix in prefixes:
        if prefix is None or prefix.version != family or prefix.prefixlen == 0 or prefix.is_multicast:
            continue
        if prefix.is_loopback or prefix.is_link_local:
            continue
        first, last = prefix[0], prefix[-1]
        found |= {first, first + 1, first - 1, last, last + 1}
    return {a for a in found if not (a.is_multicast or a.is_loopback or a.is_link_local or a.is_unspecified)}


def _ports(router: Router) -> Iterator[int]:
    for rule in router.policy_rules:
        for ports in (rule.source_ports, rule.destination_ports):
            if ports is not None:
                yield from (port for port in (ports[0] - 1, *ports, ports[1] + 1) if 0 < port < 65536)
