"""Where in a network addresses begin to be treated differently.

Each `Edge` is a row of addresses for which something holds that holds for no other; what holds is its `key`. Edges of
one key never overlap. Sources and destinations are not told apart: the answer swaps them, and translation makes one of
the other.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec import Struct

from backend.model.address import Family, Prefix
from backend.model.firewall import Option, Rule, Ruleset
from backend.model.network import Network, Router
from backend.model.policy import PolicyRule
from backend.policy.span import span_of
from backend.sim.netfilter.values import networks, span, width

SPECIAL: dict[Family, tuple[str, ...]] = {
    4: (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32",
    ),
    6: ("::/128", "::1/128", "::ffff:0:0/96", "2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
}  # fmt: skip
"""What the kernel or the simulator treats otherwise by itself; private ones are no part of the internet."""
ADDRESSES = frozenset(("-s", "-d", "--ctorigsrc", "--ctorigdst", "--ctreplsrc", "--ctrepldst"))
RANGES = frozenset(("--src-range", "--dst-range"))
TRANSLATED = frozenset(("--to-source", "--to-destination", "--to"))
BITWISE = frozenset(("u32", "bpf", "string", "cluster"))
"""Matches that may look at single bits of an address, or at a hash of it."""
Ends = tuple[int, int]


class Edge(Struct, frozen=True):
    low: int
    high: int
    key: object


class Flaw(Struct, frozen=True):
    """What areas do not follow: on this router one packet does not stand for its area."""

    router: str
    text: str
    is_translation: bool = False
    """It matters only to what is translated there."""


def special(family: Family) -> Iterator[Edge]:
    for text in SPECIAL[family]:
        yield _edge(ip_network(text), ("special", text))


def subnets(network: Network, family: Family) -> Iterator[Edge]:
    for router in network.routers:
        for interface in router.interfaces:
            for each in interface.addresses:
                if each.address.version == family:
                    place = (router.name, interface.name)
                    yield Edge(int(each.address), int(each.address), ("own", *place))
                    yield _edge(each.prefix, ("subnet", *place, each.prefix))
                    yield from (Edge(end, end, "edge") for end in ends_of(each.prefix))
    for host in network.hosts:
        for each in host.addresses:
            if each.address.version == family:
                yield Edge(int(each.address), int(each.address), ("host", tuple(map(str, host.gateways))))


def ends_of(prefix: Prefix) -> tuple[int, ...]:
    """The first and the last address of an IPv4 subnet, which nobody has (RFC 3021: but of a /31)."""
    if prefix.version == 6 or prefix.prefixlen > 30:
        return ()
    return int(prefix.network_address), int(prefix.broadcast_address)


def policy(router: Router, family: Family) -> Iterator[Edge]:
    for rule in router.policy_rules:
        if rule.family == family:
            yield from map(prefix_edge, _prefixes(rule))


def _prefixes(rule: PolicyRule) -> Iterator[Prefix]:
    yield from (each for each in (rule.source, rule.destination) if each is not None)


def rules(router: Router, family: Family) -> Iterator[Edge | Flaw]:
    for rule in rules_of(router, family):
        options = [option for match in rule.matches for option in match.options]
        for option in options:
            yield from _of_option(router, rule, option, family)
        for match in rule.matches:
            if match.module in BITWISE:
                yield Flaw(router.name, f"match {match.module} of {_place(rule)} is not followed for each address")
        yield from _of_target(router, rule, family)


def rules_of(router: Router, family: Family) -> Iterator[Rule]:
    ruleset: Ruleset | None = router.firewall.ipv4 if family == 4 else router.firewall.ipv6
    for table in ruleset.tables if ruleset is not None else ():
        for chain in table.chains:
            yield from chain.rules


def _of_option(router: Router, rule: Rule, option: Option, family: Family) -> Iterator[Edge | Flaw]:
    if option.name not in ADDRESSES | RANGES or not option.values:
        return
    try:
        found = list(_spans(option, family))
    except ValueError:
        return  # the simulator does not understand it either, and says so where it is met
    for each in found:
        if each is None:
            yield Flaw(router.name, f"the mask {option.values[0]} of {_place(rule)} has gaps")
        else:
            yield Edge(*each, ("prefix", *each))


def _spans(option: Option, family: Family) -> Iterator[Ends | None]:
    if option.name in RANGES:
        first, _, last = option.values[0].partition("-")
        (low, _), (high, _) = networks(first, family)[0], networks(last or first, family)[0]
        yield low, high
        return
    for each in networks(option.values[0], family):
        yield span(each, family)


def _of_target(router: Router, rule: Rule, family: Family) -> Iterator[Flaw]:
    """One address for all of them changes nothing about areas; several are chosen from by a hash, or bit by bit."""
    target = rule.target
    for option in target.options if target is not None else ():
        if option.name in TRANSLATED and option.values and _is_several(option.values[0], family):
            yield Flaw(router.name, f"{_place(rule)} translates each address to another one", True)


def _is_several(text: str, family: Family) -> bool:
    address = text.strip("[").partition("]")[0] if family == 6 else text.partition(":")[0]
    if "/" in address:
        return not address.endswith(f"/{width(family)}")
    first, _, last = address.partition("-")
    return bool(last) and first != last


def _place(rule: Rule) -> str:
    return f"{rule.table} {rule.chain} rule {rule.number}"


def prefix_edge(prefix: Prefix) -> Edge:
    """Of whatever asks for just this prefix."""
    each = span_of(prefix)
    return Edge(each.low, each.high, ("prefix", each.low, each.high))


def _edge(prefix: Prefix, key: object) -> Edge:
    each = span_of(prefix)
    return Edge(each.low, each.high, key)
