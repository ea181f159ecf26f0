"""What the facts say of one router, for whoever wants to read it: line by line, with where it stands.

The entries of sets are asked for by themselves, a page at a time: a set may hold a million of them.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from backend.model.address import Family
from backend.model.firewall import Chain, Counters, IpSet, Option, Rule, Ruleset
from backend.model.interface import Interface
from backend.model.network import Attachment, Network, Router
from backend.model.policy import PolicyRule
from backend.model.route import Route, RoutingTable

MOST_ROUTES = 20_000
"""Of one table; all others are only counted."""
MOST_ENTRIES = 500
"""Of a set, in one answer."""


class KnownInterface(Struct, frozen=True):
    name: str
    is_up: bool
    has_carrier: bool
    addresses: tuple[str, ...]
    segment: str | None
    link: str
    """ether, loopback, none …"""
    mac: str | None
    mtu: int
    parent: str | None
    """Of a VLAN, a tunnel …"""
    master: str | None
    """The bridge or VRF that it belongs to."""
    line: int


class KnownRoute(Struct, frozen=True):
    text: str
    prefix: str
    kind: str
    via: tuple[str, ...]
    dev: tuple[str, ...]
    metric: int
    protocol: str
    section: str
    line: int


class KnownTable(Struct, frozen=True):
    """A routing table."""

    family: Literal[4, 6]
    id: int
    name: str
    count: int
    """Of all routes, also where not all of them are told."""
    flaw: str
    """Why there may be more of them."""
    routes: tuple[KnownRoute, ...]


class KnownPolicyRule(Struct, frozen=True):
    family: Literal[4, 6]
    priority: int
    text: str
    table: str | None
    """Which is asked."""
    section: str
    line: int


class KnownRule(Struct, frozen=True):
    number: int
    text: str
    target: str | None
    is_goto: bool
    comment: str | None
    sets: tuple[str, ...]
    """That it asks."""
    packets: int | None
    bytes: int | None
    line: int


class KnownChain(Struct, frozen=True):
    name: str
    policy: str | None
    """Null of a user chain."""
    packets: int | None
    """That the policy decided."""
    bytes: int | None
    rules: tuple[KnownRule, ...]


class KnownChains(Struct, frozen=True):
    """A table of the firewall."""

    name: str
    chains: tuple[KnownChain, ...]


class KnownRuleset(Struct, frozen=True):
    family: Literal[4, 6]
    section: str
    missing: str | None
    """Why it is not known."""
    tables: tuple[KnownChains, ...]


class KnownSet(Struct, frozen=True):
    name: str
    type: str
    options: str
    count: int
    line: int


class RouterFacts(Struct, frozen=True):
    network: str
    """Its label."""
    name: str
    file: str
    kind: str
    kernel: str | None
    location: str | None
    roles: tuple[str, ...]
    interfaces: tuple[KnownInterface, ...]
    tables: tuple[KnownTable, ...]
    policy_rules: tuple[KnownPolicyRule, ...]
    rulesets: tuple[KnownRuleset, ...]
    sets: tuple[KnownSet, ...]
    sets_missing: str | None
    settings: dict[str, str]
    """Of the kernel, as sysctl has them."""


class KnownEntry(Struct, frozen=True):
    text: str
    line: int


class SetEntries(Struct, frozen=True):
    name: str
    type: str
    count: int
    found: int
    """That have what was searched for."""
    entries: tuple[KnownEntry, ...]


def router_facts(network: Network, router: Router) -> RouterFacts:
    place, firewall = router.location, router.firewall
    segments = {member: segment.name for segment in network.segments for member in segment.members}
    return RouterFacts(
        network=network.label,
        name=router.name,
        file=router.file,
        kind=router.kind,
        kernel=None if router.kernel is None else ".".join(map(str, router.kernel)),
        location=None if place is None else place.name,
        roles=router.roles,
        interfaces=tuple(
            _interface(each, segments.get(Attachment(router.name, each.name))) for each in router.interfaces
        ),
        tables=tuple(_table(each) for each in router.tables),
        policy_rules=_policy_rules(router.policy_rules, router.tables),
        rulesets=(
            _ruleset(4, "iptables_save", firewall.ipv4, firewall.ipv4_missing),
            _ruleset(6, "ip6tables_save", firewall.ipv6, firewall.ipv6_missing),
        ),
        sets=tuple(_set(each) for each in firewall.sets or ()),
        sets_missing=firewall.sets_missing if firewall.sets is None else None,
        settings=dict(router.sysctls),
    )


def set_entries(found: IpSet, search: str, offset: int) -> SetEntries:
    """Those that have all words of `search`."""
    words, before = search.casefold().split(), f"add {found.name} "
    entries = [KnownEntry(each.text.removeprefix(before), each.line) for each in found.entries]
    if words:
        entries = [each for each in entries if all(word in each.text.casefold() for word in words)]
    shown = tuple(entries[offset : offset + MOST_ENTRIES])
    return SetEntries(found.name, found.type, len(found.entries), len(entries), shown)


def _interface(interface: Interface, segment: str | None) -> KnownInterface:
    return KnownInterface(
        name=interface.name,
        is_up=interface.is_up,
        has_carrier=interface.has_carrier,
        addresses=tuple(each.text for each in interface.addresses),
        segment=segment,
        link=interface.link,
        mac=interface.mac,
        mtu=interface.mtu,
        parent=interface.parent,
        master=interface.master,
        line=interface.line,
    )


def _table(table: RoutingTable) -> KnownTable:
    routes = tuple(_route(each) for each in table.routes[:MOST_ROUTES])
    return KnownTable(table.family, table.id, table.name, len(table.routes), table.flaw, routes)


def _route(route: Route) -> KnownRoute:
    return KnownRoute(
        text=route.text,
        prefix=str(route.prefix),
        kind=route.kind.value,
        via=tuple(str(each.via) for each in route.next_hops if each.via is not None),
        dev=tuple(each.dev for each in route.next_hops if each.dev is not None),
        metric=route.metric,
        protocol=route.protocol,
        section=route.section,
        line=route.line,
    )


def _policy_rules(rules: Sequence[PolicyRule], tables: Sequence[RoutingTable]) -> tuple[KnownPolicyRule, ...]:
    names: Mapping[tuple[Family, int], str] = {(table.family, table.id): table.name for table in tables}
    return tuple(
        KnownPolicyRule(
            family=each.family,
            priority=each.priority,
            text=each.text,
            table=None if each.table is None else names.get((each.family, each.table), str(each.table)),
            section=each.section,
            line=each.line,
        )
        for each in rules
    )


def _ruleset(family: Family, section: str, ruleset: Ruleset | None, missing: str | None) -> KnownRuleset:
    if ruleset is None:
        return KnownRuleset(family, section, missing or "it is not in the facts", ())
    tables = tuple(KnownChains(each.name, tuple(map(_chain, each.chains))) for each in ruleset.tables)
    return KnownRuleset(family, section, None, tables)


def _chain(chain: Chain) -> KnownChain:
    packets, size = _counted(chain.counters)
    return KnownChain(chain.name, chain.policy, packets, size, tuple(map(_rule, chain.rules)))


def _rule(rule: Rule) -> KnownRule:
    packets, size = _counted(rule.counters)
    return KnownRule(
        number=rule.number,
        text=rule.text,
        target=None if rule.target is None else rule.target.name,
        is_goto=rule.target is not None and rule.target.is_goto,
        comment=rule.comment,
        sets=tuple(dict.fromkeys(_asked_sets(rule))),
        packets=packets,
        bytes=size,
        line=rule.line,
    )


def _asked_sets(rule: Rule) -> list[str]:
    """By a match (`--match-set`), or changed by a target (`--add-set`, `--del-set`, `--map-set`)."""
    options = [option for match in rule.matches for option in match.options]
    options += rule.target.options if rule.target is not None else ()
    return [option.values[0] for option in options if option.name.endswith("-set") and option.values]


def _counted(counters: Counters | None) -> tuple[int | None, int | None]:
    return (None, None) if counters is None else (counters.packets, counters.bytes)


def _set(each: IpSet) -> KnownSet:
    return KnownSet(each.name, each.type, " ".join(map(_said, each.options)), len(each.entries), each.line)


def _said(option: Option) -> str:
    return " ".join((option.name, *option.values))
