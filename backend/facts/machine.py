"""A described router as the machine that it would be: with what the kernel and iproute2 fill in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, ip_interface
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.firewall import NO_FIREWALL
from backend.facts.implied import connected_routes, local_table
from backend.facts.ipset import read_saved
from backend.facts.iptables import read_ruleset
from backend.facts.notes import Notes
from backend.facts.policy import parse_rule
from backend.facts.routes import parse_route
from backend.facts.sections import Section
from backend.model.address import Address, Family, parse_address
from backend.model.firewall import Firewall, Ruleset
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Location, Router
from backend.model.policy import PolicyRule, RuleAction, default_rules
from backend.model.route import DEFAULT_TABLE, LOCAL_TABLE, MAIN_TABLE, NextHop, Route, RouteKind, RoutingTable

PRIORITY = re.compile(r"\s*\b(?:priority|preference|pref|order)\s+(\S+)")
SYSCTL = re.compile(r"net/[\w-]+(?:/[^\s/]+)+")
SETTINGS4 = {
    "rp_filter": "0",
    "accept_local": "0",
    "src_valid_mark": "0",
    "arp_ignore": "0",
    "proxy_arp": "0",
    "ignore_routes_with_linkdown": "0",
}
"""Of every interface; `forwarding` is beside them. A new machine has these."""
LOOPBACK = Interface(
    name="lo",
    index=1,
    flags=("LOOPBACK", "UP", "LOWER_UP"),
    mtu=65536,
    state="UNKNOWN",
    link="loopback",
    mac="00:00:00:00:00:00",
    addresses=(
        InterfaceAddress(IPv4Address("127.0.0.1"), 8, scope="host"),
        InterfaceAddress(IPv6Address("::1"), 128, scope="host"),
    ),
)
REFUSING = (RouteKind.BLACKHOLE, RouteKind.UNREACHABLE, RouteKind.PROHIBIT, RouteKind.THROW)


class InterfaceEntry(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    segment: str | None = None
    addresses: tuple[str, ...] = ()
    up: bool = True
    carrier: bool = True
    """Whether there is anybody at the other end of the cable."""
    mtu: int = 1500
    tunnel: bool = False
    """Point to point: there is one other end, and nobody asks for its address."""


class RouterEntry(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    kind: str = "linux"
    roles: tuple[str, ...] = ()
    location: Location | None = None
    forwarding: bool = True
    sysctls: Mapping[str, str] = {}
    tables: Mapping[str, int] = {}
    routes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    iptables: str | None = None
    ip6tables: str | None = None
    ipset: str | None = None
    interface: tuple[InterfaceEntry, ...] = ()


def build_router(entry: RouterEntry) -> Router:
    """A LineError names the router, the line and what was expected."""
    try:
        return _router(entry)
    except LineError as error:
        raise LineError(f"router {entry.name}, {error}") from None


def _router(entry: RouterEntry) -> Router:
    interfaces = (LOOPBACK, *(_interface(entry.name, each, at) for at, each in enumerate(entry.interface, 2)))
    rules = _policy_rules(entry, interfaces)
    return Router(
        name=entry.name,
        kind=entry.kind,
        interfaces=interfaces,
        tables=_tables(entry, interfaces, rules),
        policy_rules=rules,
        firewall=_firewall(entry),
        sysctls=_sysctls(entry),
        segments={each.name: each.segment for each in entry.interface if each.segment is not None},
        location=entry.location,
        roles=entry.roles,
    )


def mac_of(owner: str, interface: str) -> str:
    """The same for the same names, from the range that everyone may use (locally administered)."""
    digest = sha256(f"{owner}/{interface}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


def link_local(mac: str) -> IPv6Address:
    """RFC 4291, appendix A."""
    octets = bytes.fromhex(mac.replace(":", ""))
    own = bytes((octets[0] ^ 0x02, *octets[1:3], 0xFF, 0xFE, *octets[3:]))
    return IPv6Address(bytes.fromhex("fe80000000000000") + own)


def _interface(router: str, entry: InterfaceEntry, index: int) -> Interface:
    mac = mac_of(router, entry.name)
    addresses = list(_addresses(entry))
    has_carrier = entry.up and entry.carrier
    if has_carrier:
        addresses.append(InterfaceAddress(link_local(mac), 64, scope="link"))
    flags = ["POINTOPOINT", "MULTICAST", "NOARP"] if entry.tunnel else ["BROADCAST", "MULTICAST"]
    flags += ["UP", "LOWER_UP"] if has_carrier else ["NO-CARRIER", "UP"] if entry.up else []
    state = "UP" if has_carrier else "DOWN"
    return Interface(entry.name, index, tuple(flags), entry.mtu, state, mac=mac, addresses=tuple(addresses))


def _addresses(entry: InterfaceEntry) -> Iterator[InterfaceAddress]:
    subnets = set()
    for text in entry.addresses:
        try:
            found = _address(text)
        except ValueError:
            what = "expected an address such as 10.1.1.1/24 or '10.0.0.1 peer 10.0.0.2/32'"
            raise LineError(f"interface {entry.name}, addresses: {what}, not {text!r}") from None
        if isinstance(found.address, IPv4Address) and found.prefix in subnets:
            found = replace(found, flags=("secondary",))
        if isinstance(found.address, IPv6Address) and not (entry.up and entry.carrier):
            found = replace(found, flags=("tentative",))
        subnets.add(found.prefix)
        yield found


def _address(text: str) -> InterfaceAddress:
    own, _, behind = text.partition(" peer ")
    if behind:
        peer = ip_interface(behind.strip())
        return InterfaceAddress(parse_address(own.strip()), peer.network.prefixlen, peer.ip)
    value = ip_interface(own.strip())
    has_broadcast = isinstance(value, IPv4Interface) and value.network.prefixlen < 31
    broadcast = IPv4Address(int(value.network.broadcast_address)) if has_broadcast else None
    return InterfaceAddress(value.ip, value.network.prefixlen, broadcast=broadcast)


def _sysctls(entry: RouterEntry) -> dict[str, str]:
    on = str(int(entry.forwarding))
    found = {"net/ipv4/ip_forward": on, "net/ipv4/ip_default_ttl": "64"}
    found |= {f"net/ipv{version}/fib_multipath_hash_policy": "0" for version in (4, 6)}
    for name in ("all", "default", "lo", *(each.name for each in entry.interface)):
        found |= {f"net/ipv4/conf/{name}/{key}": value for key, value in SETTINGS4.items()}
        found |= {f"net/ipv4/conf/{name}/forwarding": on, f"net/ipv6/conf/{name}/forwarding": on}
    for key, value in entry.sysctls.items():
        if not SYSCTL.fullmatch(key) or ".." in key.split("/"):
            raise LineError(f"sysctls: expected a path such as net/ipv4/conf/eth0/rp_filter, not {key!r}")
        found[key] = value
    return found


def _family(words: list[str]) -> Family:
    """As said, or that of the addresses, but for a next hop of the other family (`via inet6 fe80::1`)."""
    if words[:1] in (["-4"], ["-6"]):
        return 4 if words[0] == "-4" else 6
    addresses = [word for before, word in pairwise(["", *words]) if before != "inet6"]
    return 6 if any(":" in word for word in addresses) else 4


def _without_family(text: str) -> tuple[str, Family]:
    words = text.split()
    family = _family(words)
    return " ".join(words[1:] if words[:1] in (["-4"], ["-6"]) else words), family


def _tables(
    entry: RouterEntry, interfaces: Sequence[Interface], rules: Sequence[PolicyRule]
) -> tuple[RoutingTable, ...]:
    known = {**names.TABLES, **entry.tables}
    called = {number: name for name, number in known.items()}
    routes = [_route(text, known, interfaces, line) for line, text in enumerate(entry.routes, 1)]
    found = []
    for family in (4, 6):
        mine = [route for route in routes if route.prefix.version == family]
        mine += connected_routes(interfaces, family)
        numbers = {route.table for route in mine} | {MAIN_TABLE} | set(entry.tables.values())
        asked = {rule.table for rule in rules if rule.family == family and rule.table is not None}
        numbers |= asked - {DEFAULT_TABLE}
        for number in sorted(numbers - {LOCAL_TABLE}):
            held = tuple(route for route in mine if route.table == number)
            found.append(RoutingTable(family, number, called.get(number, str(number)), held))
        local = local_table(interfaces, family, None, entry.forwarding)
        added = tuple(route for route in mine if route.table == LOCAL_TABLE)
        found.append(replace(local, routes=local.routes + added))
    return tuple(found)


def _route(text: str, tables: Mapping[str, int], interfaces: Sequence[Interface], line: int) -> Route:
    bare, family = _without_family(text)
    try:
        route = parse_route(bare, family, tables)
        is_special = route.kind in (RouteKind.LOCAL, RouteKind.BROADCAST, RouteKind.ANYCAST)
        if is_special and " table " not in f" {bare} ":  # ip-route(8): these go to table local
            route = replace(route, table=LOCAL_TABLE)
        if family == 6 and route.kind in REFUSING:
            hops: tuple[NextHop, ...] = (NextHop("lo"),)
        else:
            hops = tuple(_next_hop(hop, interfaces) for hop in route.next_hops)
        return replace(route, next_hops=hops, section="routes", line=line)
    except LineError as error:
        raise LineError(f"route {text!r}: {error}") from None


def _next_hop(hop: NextHop, interfaces: Sequence[Interface]) -> NextHop:
    """With the interface that the kernel would find, and refused where the kernel would refuse it."""
    if hop.dev is not None:
        interface = next((each for each in interfaces if each.name == hop.dev), None)
        if interface is None:
            raise LineError(f"expected an interface of this router, not {hop.dev!r}")
        if not interface.is_up:
            raise LineError(f"expected an interface that is up, not {hop.dev!r}")
        if hop.via is not None and not ("onlink" in hop.flags or _is_on(interface, hop.via)):
            raise LineError(f"expected a gateway on a subnet of {hop.dev}, not {hop.via}")
        return _on_link_of(hop, interface)
    via = hop.via
    if via is None:
        raise LineError("expected via or dev")
    reached = [each for each in interfaces if each.is_up and _is_on(each, via)]
    if not reached:
        raise LineError(f"expected a gateway on a subnet of this router, not {via}")
    return _on_link_of(replace(hop, dev=reached[0].name), reached[0])


def _on_link_of(hop: NextHop, interface: Interface) -> NextHop:
    return hop if interface.has_carrier else replace(hop, flags=(*hop.flags, "linkdown"))


def _is_on(interface: Interface, via: Address) -> bool:
    return via.is_link_local or any(via in each.prefix for each in interface.addresses)


def _policy_rules(entry: RouterEntry, interfaces: Sequence[Interface]) -> tuple[PolicyRule, ...]:
    tables = {**names.TABLES, **entry.tables}
    found: dict[Family, list[PolicyRule]] = {4: list(default_rules(4)), 6: list(default_rules(6))}
    for line, text in enumerate(entry.rules, 1):
        bare, family = _without_family(text)
        try:
            rule = _policy_rule(bare, family, tables, found[family])
        except LineError as error:
            raise LineError(f"rule {text!r}: {error}") from None
        section = "policy_rules" if family == 4 else "ip6_policy_rules"
        found[family].append(replace(rule, section=section, line=line))
        found[family].sort(key=lambda each: each.priority)
    return tuple(_settled(rule, found[rule.family], interfaces) for family in (4, 6) for rule in found[family])


def _policy_rule(text: str, family: Family, tables: Mapping[str, int], others: Sequence[PolicyRule]) -> PolicyRule:
    said = PRIORITY.search(text)
    if said is None:  # one below the second rule: fib_default_rule_pref() in net/core/fib_rules.c
        priority = max(others[1].priority - 1, 0)
    elif said[1].isdecimal():
        priority = int(said[1])
    else:
        raise LineError(f"expected a number as priority, not {said[1]!r}")
    bare = PRIORITY.sub("", text).strip()
    rule = parse_rule(bare, family, tables, priority)
    inverted, rest = ("not ", bare[4:]) if bare.startswith("not ") else ("", bare)
    shown = rest if rest.startswith("from ") or " from " in rest else f"from all {rest}"
    return replace(rule, text=f"{priority}: {inverted}{shown}")


def _settled(rule: PolicyRule, others: Sequence[PolicyRule], interfaces: Sequence[Interface]) -> PolicyRule:
    known = {None, *(each.name for each in interfaces)}
    # The kernel looks for the target of a goto among all rules: fib_nl_newrule() in net/core/fib_rules.c.
    is_unresolved = rule.action is RuleAction.GOTO and all(each.priority != rule.goto for each in others)
    return replace(rule, is_unresolved=is_unresolved, is_detached=rule.iif not in known or rule.oif not in known)


def _firewall(entry: RouterEntry) -> Firewall:
    if entry.kind != "linux":
        return NO_FIREWALL
    notes = Notes(entry.name)
    sets = read_saved(_section("ipset", entry.ipset), notes)
    ipv4 = _ruleset(_section("iptables", entry.iptables), 4, notes)
    ipv6 = _ruleset(_section("ip6tables", entry.ip6tables), 6, notes)
    for found in notes.diagnostics:
        raise LineError(f"{found.section}, line {found.line}: {found.expected}, in {found.text!r}")
    return Firewall(ipv4, ipv6, sets, None, None, None)


def _section(name: str, text: str | None) -> Section:
    return Section(name, start=1, lines=(text or "").splitlines())


def _ruleset(section: Section, family: Family, notes: Notes) -> Ruleset:
    found, missing = read_ruleset(section, family, notes)
    if found is None:
        raise LineError(f"{section.name}: {missing}")
    return found
