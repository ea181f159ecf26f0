"""What is configured in the namespace of one router. Pure."""

from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from backend.lab.plan.firewall import rule_lines, set_lines
from backend.lab.plan.operation import (
    AddAddress,
    AddRoute,
    AddRule,
    DeleteRule,
    LoadRules,
    LoadSets,
    Operation,
    RuleLine,
    SetLink,
)
from backend.lab.plan.tracing import Tracing, telling, traced
from backend.model.address import Family
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Router
from backend.model.policy import PolicyRule, default_rules
from backend.model.route import LOCAL_TABLE, MAIN_TABLE, Route, RouteKind

FAMILIES: tuple[Family, Family] = (4, 6)
OF_LOOPBACK = frozenset(("127.0.0.1/8", "::1/128"))
UNUSABLE = frozenset(("dadfailed",))
Key = tuple[object, ...]


def configure_router(router: Router, namespace: str) -> Iterator[Operation]:
    """Of a router as far as it is possible in a lab."""
    yield SetLink(namespace, "lo", is_up=True)
    linked = {_key(route): route for table in router.tables for route in table.routes if not _has_gateway(route)}
    implied: set[Key] = set()
    for interface in router.interfaces:
        if not interface.is_loopback:
            # Link-local addresses come from the facts like all others, and no two of them.
            group = interface.group if interface.group != "default" else None
            is_up = True if interface.is_up else None
            yield SetLink(namespace, interface.name, is_up, group=group, has_generated_addresses=False)
        for entry in _in_turn(interface.addresses):
            connected = list(_connected(interface, entry))
            implied.update(connected, _local(interface, entry))
            if not ((interface.is_loopback and entry.text in OF_LOOPBACK) or UNUSABLE.intersection(entry.flags)):
                # The kernel may add the connected route where the facts have it, or where it adds none.
                has_route = "noprefixroute" not in entry.flags and all(key in linked for key in connected)
                yield AddAddress(namespace, interface.name, entry, has_route, interface.line)
    for family in FAMILIES:
        yield from (AddRoute(namespace, route) for route in _own_routes(router, family, implied))
        yield from _rules(router, family, namespace)


def _in_turn(addresses: Iterable[InterfaceAddress]) -> list[InterfaceAddress]:
    """In the order in which they are added to be listed as they are here: of IPv6 the newest stands first
    (ipv6_link_dev_addr in net/ipv6/addrconf.c), and it may be the first that MASQUERADE or REDIRECT takes."""
    by_family: dict[int, list[InterfaceAddress]] = {4: [], 6: []}
    for entry in addresses:
        by_family[entry.address.version].append(entry)
    return [*by_family[4], *reversed(by_family[6])]


def _connected(interface: Interface, entry: InterfaceAddress) -> Iterator[Key]:
    """The routes of table main that the kernel makes of an address: fib_add_ifaddr in net/ipv4/fib_frontend.c,
    addrconf_prefix_route in net/ipv6/addrconf.c."""
    if not interface.is_up or interface.is_loopback or {"secondary", "noprefixroute"}.intersection(entry.flags):
        return
    bits, own, peer = entry.address.max_prefixlen, int(entry.address), int(entry.peer or entry.address)
    open_bits = bits - entry.prefix_length
    subnet = peer >> open_bits << open_bits
    if bits == 128:
        yield _made(MAIN_TABLE, 6, subnet, entry.prefix_length, interface, 256)
        if entry.peer is not None:
            yield _made(MAIN_TABLE, 6, own, bits, interface, 256)
    elif subnet >> 24 and (open_bits or own != peer):
        yield _made(MAIN_TABLE, 4, subnet, entry.prefix_length, interface)


def _local(interface: Interface, entry: InterfaceAddress) -> Iterator[Key]:
    """Those of table local that make an address the router's own."""
    bits, own = entry.address.max_prefixlen, int(entry.address)
    yield _made(LOCAL_TABLE, entry.address.version, own, bits, interface)
    if interface.is_loopback:
        open_bits = bits - entry.prefix_length
        yield _made(LOCAL_TABLE, entry.address.version, own >> open_bits << open_bits, entry.prefix_length, interface)


def _made(table: int, version: int, network: int, length: int, interface: Interface, metric: int = 0) -> Key:
    kind = RouteKind.UNICAST if table == MAIN_TABLE else RouteKind.LOCAL
    return table, version, network, length, kind, metric, 0, (interface.name,)


def _key(route: Route) -> Key:
    prefix, devs = route.prefix, tuple([hop.dev for hop in route.next_hops])
    network = int(prefix.network_address)
    return route.table, prefix.version, network, prefix.prefixlen, route.kind, route.metric, route.tos, devs


def _own_routes(router: Router, family: Family, implied: Collection[Key]) -> list[Route]:
    """Those that the kernel does not add by itself, next hops on the link before those behind another router."""
    linked: list[Route] = []
    behind: list[Route] = []
    for table in router.tables:
        for route in table.routes if table.family == family else ():
            if _has_gateway(route):
                behind.append(route)
            elif not _is_kernels(route) and _key(route) not in implied:
                linked.append(route)
    return linked + behind


def _has_gateway(route: Route) -> bool:
    return any(hop.via is not None for hop in route.next_hops)


def _is_kernels(route: Route) -> bool:
    """Broadcast, anycast and multicast entries of the local table: perhaps of another kernel, never set by hand."""
    special = (RouteKind.BROADCAST, RouteKind.ANYCAST, RouteKind.MULTICAST)
    return route.kind in special and route.table == LOCAL_TABLE and route.protocol == "kernel"


def _rules(router: Router, family: Family, namespace: str) -> Iterator[Operation]:
    mine = [(rule, _bare(rule)) for rule in router.policy_rules if rule.family == family]
    born = {_bare(rule): rule for rule in default_rules(family)}
    said = {bare for _, bare in mine}
    yield from (AddRule(namespace, rule) for rule, bare in mine if bare not in born)
    yield from (DeleteRule(namespace, rule) for bare, rule in born.items() if bare not in said)


def _bare(rule: PolicyRule) -> PolicyRule:
    """Without what says where it stands."""
    return replace(rule, text="", section="", line=0, is_detached=False, is_unresolved=False)


def load_firewall(
    router: Router, namespace: str, tracing: Tracing | None = None
) -> tuple[LoadSets | None, list[LoadRules]]:
    firewall = router.firewall
    sets = LoadSets(namespace, set_lines(firewall.sets), router.name) if firewall.sets else None
    rules: dict[Family, tuple[RuleLine, ...]] = {
        each.family: rule_lines(telling(each) if tracing else each)
        for each in (firewall.ipv4, firewall.ipv6)
        if each is not None
    }
    for family in tracing.families if tracing else ():
        rules[family] = traced(rules.get(family, ()), tracing.matches if tracing else ())
    return sets, [LoadRules(namespace, family, lines, router.name) for family, lines in rules.items() if lines]
