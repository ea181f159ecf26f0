"""What is configured in the namespace of one router or host. Pure."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network

from backend.facts.implied import connected_routes, local_table
from backend.lab.plan import arguments
from backend.lab.plan.firewall import rule_lines, set_lines
from backend.lab.plan.operation import (
    AddAddress,
    AddRoute,
    AddRule,
    DeleteRule,
    LoadRules,
    LoadSets,
    Omission,
    Operation,
    RuleLine,
    SetLink,
)
from backend.lab.plan.tracing import Tracing, traced
from backend.model.address import ANY, Address, Family, Prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Attachment, Host, Router, Segment
from backend.model.policy import PolicyRule, default_rules
from backend.model.route import LOCAL_TABLE, MAIN_TABLE, NextHop, Route, RouteKind

FAMILIES: tuple[Family, Family] = (4, 6)
OF_LOOPBACK = frozenset(("127.0.0.1/8", "::1/128"))
NO_VRF = "a lab has no VRF"
UNUSABLE = frozenset(("dadfailed",))


def configure_router(router: Router, namespace: str, omissions: list[Omission]) -> Iterator[Operation]:
    yield SetLink(namespace, "lo", is_up=True)
    omissions += [Omission(router.name, f"vrf {name}", NO_VRF) for name in router.vrfs]
    for interface in router.interfaces:
        yield from _configure_interface(router, interface, namespace)
    for family in FAMILIES:
        for route in _own_routes(router, family):
            if any(hop.dev is None for hop in route.next_hops):
                omissions.append(Omission(router.name, route.text, "its next hop names no interface"))
            elif {"dead", "unresolved"} & {flag for hop in route.next_hops for flag in hop.flags}:
                omissions.append(Omission(router.name, route.text, "the kernel does not use it"))
            else:
                yield AddRoute(namespace, route)
        yield from _rules(router, family, namespace, omissions)


def _configure_interface(router: Router, interface: Interface, namespace: str) -> Iterator[Operation]:
    dev = arguments.device(interface.name)
    if not interface.is_loopback:
        # Link-local addresses come from the facts like all others, and no two of them.
        group = interface.group if interface.group != "default" else None
        yield SetLink(namespace, dev, True if interface.is_up else None, group=group, has_generated_addresses=False)
    for entry in interface.addresses:
        if (interface.is_loopback and entry.text in OF_LOOPBACK) or UNUSABLE & set(entry.flags):
            continue
        yield AddAddress(namespace, dev, entry, _has_route(router, interface, entry))


def _has_route(router: Router, interface: Interface, entry: InterfaceAddress) -> bool:
    """Whether the kernel may add the connected route: the facts have it, or it would add none."""
    if not interface.is_up or interface.is_loopback or "secondary" in entry.flags:
        return "noprefixroute" not in entry.flags
    family: Family = 4 if entry.address.version == 4 else 6
    alone = Interface(interface.name, flags=interface.flags, addresses=(entry,))
    present = {_key(route) for route in _routes(router, family, MAIN_TABLE)}
    return all(_key(route) in present for route in connected_routes((alone,), family))


def _key(route: Route) -> tuple[object, ...]:
    devs = tuple(hop.dev for hop in route.next_hops)
    return route.prefix, route.kind, route.metric, route.tos, devs, any(hop.via for hop in route.next_hops)


def _routes(router: Router, family: Family, number: int) -> list[Route]:
    return [r for each in router.tables if (each.family, each.id) == (family, number) for r in each.routes]


def _own_routes(router: Router, family: Family) -> list[Route]:
    """Those that the kernel does not add by itself, next hops on the link before those behind another router."""
    implied = {_key(route) for route in connected_routes(router.interfaces, family)}
    is_forwarding = router.sysctls.get("net/ipv6/conf/all/forwarding") != "0"
    local = {_key(r) for r in local_table(router.interfaces, family, router.kernel, is_forwarding).routes}
    found = []
    for table in router.tables:
        if table.family != family:
            continue
        known = implied if table.id == MAIN_TABLE else local if table.id == LOCAL_TABLE else set()
        found += [route for route in table.routes if _key(route) not in known and not _is_kernels(route)]
    return sorted(found, key=lambda route: any(hop.via is not None for hop in route.next_hops))


def _is_kernels(route: Route) -> bool:
    """Broadcast, anycast and multicast entries of the local table: perhaps of another kernel, never set by hand."""
    special = (RouteKind.BROADCAST, RouteKind.ANYCAST, RouteKind.MULTICAST)
    return route.kind in special and route.table == LOCAL_TABLE and route.protocol == "kernel"


def _rules(router: Router, family: Family, namespace: str, omissions: list[Omission]) -> Iterator[Operation]:
    mine = [rule for rule in router.policy_rules if rule.family == family]
    born = default_rules(family)
    kept = [rule for rule in born if any(_is_same(rule, each) for each in mine)]
    for rule in mine:
        if rule.unknown:
            omissions.append(Omission(router.name, rule.text, f"no meaning is known for {', '.join(rule.unknown)}"))
        elif rule.is_l3mdev:
            omissions.append(Omission(router.name, rule.text, NO_VRF))
        elif rule.action == "goto" and rule.goto is None:
            omissions.append(Omission(router.name, rule.text, "its target does not exist"))
        elif not any(_is_same(rule, each) for each in kept):
            yield AddRule(namespace, rule)
    for rule in born:
        if rule not in kept:
            yield DeleteRule(namespace, rule)


def _is_same(born: PolicyRule, rule: PolicyRule) -> bool:
    return born.family == rule.family and arguments.policy_rule(born) == arguments.policy_rule(rule)


def load_firewall(
    router: Router, namespace: str, tracing: Tracing | None = None
) -> tuple[LoadSets | None, list[LoadRules]]:
    firewall = router.firewall
    sets = LoadSets(namespace, set_lines(firewall.sets), router.name) if firewall.sets else None
    rules: dict[Family, tuple[RuleLine, ...]] = {
        each.family: rule_lines(each) for each in (firewall.ipv4, firewall.ipv6) if each is not None
    }
    for family in tracing.families if tracing else ():
        rules[family] = traced(rules.get(family, ()), tracing.matches if tracing else ())
    return sets, [LoadRules(namespace, family, lines, router.name) for family, lines in rules.items() if lines]


def host_gateways(host: Host, home: Segment, interfaces: Mapping[Attachment, Interface]) -> tuple[Address, ...]:
    """Those that are said; of a family without one, the lowest router address of the host's subnet."""
    found = list(host.gateways)
    there = [entry.address for member in home.members for entry in interfaces[member].addresses]
    for family in FAMILIES:
        subnets = [_subnet(entry, home) for entry in host.addresses if entry.address.version == family]
        near = [each for each in there if any(each in subnet for subnet in subnets) and not each.is_link_local]
        if near and all(gateway.version != family for gateway in host.gateways):
            found.append(min(near, key=int))
    return tuple(found)


def _subnet(entry: InterfaceAddress, home: Segment) -> Prefix:
    return ip_network((entry.address, _length(entry, home)), strict=False)


def configure_host(
    host: Host, namespace: str, dev: str, home: Segment | None, gateways: tuple[Address, ...]
) -> Iterator[Operation]:
    yield SetLink(namespace, "lo", is_up=True)
    if home is None:
        return
    yield SetLink(namespace, dev, is_up=True)
    for entry in host.addresses:
        yield AddAddress(namespace, dev, InterfaceAddress(entry.address, _length(entry, home)))
    for family in FAMILIES:
        mine = [gateway for gateway in gateways if gateway.version == family]
        for number, gateway in enumerate(mine):
            # The first one is used; the others are there for who looks.
            hop = NextHop(dev, gateway)
            yield AddRoute(namespace, Route(ANY[family], next_hops=(hop,), metric=1024 + number, protocol="boot"))


def _length(entry: InterfaceAddress, home: Segment) -> int:
    """An address that says no subnet is in that of its segment."""
    if entry.prefix_length < entry.address.max_prefixlen:
        return entry.prefix_length
    lengths = [prefix.prefixlen for prefix in home.prefixes if entry.address in prefix]
    return max(lengths, default=entry.prefix_length)
