"""A rule on sets that the kernel cannot make, as rules that match the same packets without them. Pure.

Each entry becomes a rule with matches that ask the same of a packet: ip_set_hash_*.c in net/netfilter/ipset against
xt_iprange.c, xt_mac.c, xt_mark.c and xt_multiport.c in net/netfilter. Where that would not be exact, the rule cannot be
carried, and it is said why.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from msgspec.structs import replace

from backend.lab.error import LabError
from backend.lab.plan.element import WITH_PORTS, ElementError, Part, dimensions, part
from backend.model.address import Family
from backend.model.firewall import IpSet, Match, Option, Rule, SetEntry, Target

MOST = 300
"""Rules that one rule may become."""
ENDING = frozenset(
    ("ACCEPT", "DROP", "REJECT", "RETURN", "DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "NFQUEUE")
)
"""Behind these, and behind a goto, a packet does not come to the next rule."""
TELLING = frozenset(("LOG", "NFLOG"))
"""These leave a packet as it is."""
STATELESS = frozenset((
    "", "addrtype", "ah", "comment", "connmark", "conntrack", "devgroup", "dscp", "dst", "ecn", "esp", "frag", "hbh",
    "helper", "hl", "icmp", "icmp6", "iprange", "ipv6header", "length", "mac", "mark", "multiport", "owner", "physdev",
    "pkttype", "policy", "realm", "rt", "sctp", "set", "state", "string", "tcp", "tcpmss", "tos", "ttl", "u32", "udp",
))  # fmt: skip
"""Matches that may be asked more than once for a packet."""
OF_SETS = frozenset((
    "family", "hashsize", "maxelem", "bucketsize", "initval", "markmask", "counters", "comment", "skbinfo", "forceadd",
))  # fmt: skip
OF_ENTRIES = frozenset(("packets", "bytes", "comment", "skbmark", "skbprio", "skbqueue"))
"""Options that decide nothing here, or are heeded."""


class CarrierError(LabError):
    """The rule cannot be carried exactly."""


def carried(rule: Rule, family: Family, sets: Mapping[str, IpSet]) -> list[Rule]:
    """`sets`: those that the kernel does not have, by name."""
    target = rule.target
    if target is not None and any(value in sets for option in target.options for value in option.values):
        raise CarrierError(f"target {target.name} changes a set that the kernel cannot make")
    rules = [rule]
    for at in reversed(range(len(rule.matches))):
        name = _set_name(rule.matches[at])
        if name in sets:
            _expect_simple(rule, rule.matches[at], sets[name])
            parts = _parts(sets[name], rule.matches[at], family)
            _expect_once(target, parts)
            rules = [new for each in rules for entry in parts if (new := _with(each, at, entry))]
            if len(rules) > MOST:
                raise CarrierError(f"more than {MOST} rules would stand for it")
    return rules


def _set_name(match: Match) -> str:
    options = match.options if match.module == "set" else ()
    return next((option.values[0] for option in options if option.name == "--match-set" and option.values), "")


def _expect_simple(rule: Rule, match: Match, found: IpSet) -> None:
    if match.options[0].negated or len(match.options[0].values) != 2:
        raise CarrierError(f"what is not in set {found.name} would be asked of each entry at once")
    if any(len(each.options) != 1 for each in rule.matches if each.module == "set"):
        raise CarrierError("counters of sets are asked, or counted")
    if unknown := [each.module for each in rule.matches if each.module not in STATELESS]:
        raise CarrierError(f"match {unknown[0]} would be asked once for each entry of set {found.name}")
    if odd := [option.name for option in found.options if option.name not in OF_SETS]:
        raise CarrierError(f"set {found.name} has the option {odd[0]}")
    for entry in found.entries:
        if entry.is_nomatch or any(option.name not in OF_ENTRIES for option in entry.options):
            raise CarrierError(f"set {found.name} has an entry with options: {entry.text}")


def _parts(found: IpSet, match: Match, family: Family) -> list[tuple[Part, ...]]:
    """For each entry, what each of its elements asks for."""
    flags = match.options[0].values[1].split(",")
    options = {option.name: option.values for option in found.options}
    try:
        kinds = dimensions(found.type, options, family)
        if len(flags) < len(kinds):
            raise ElementError(f"set {found.name} is asked for {len(flags)} of {len(kinds)} elements")
        return [_of_entry(entry, kinds, flags, options) for entry in found.entries]
    except ElementError as error:
        raise CarrierError(str(error)) from None


def _of_entry(
    entry: SetEntry, kinds: Sequence[str], flags: Sequence[str], options: Mapping[str, tuple[str, ...]]
) -> tuple[Part, ...]:
    if len(entry.elements) != len(kinds):
        raise ElementError(f"expected {len(kinds)} elements, not {entry.text}")
    return tuple(part(*each, options) for each in zip(kinds, entry.elements, flags, strict=False))


def _expect_once(target: Target | None, parts: Sequence[tuple[Part, ...]]) -> None:
    """A packet that comes to the next rule must not match that as well."""
    if target is not None and (target.is_goto or target.name in ENDING):
        return
    if target is not None and target.name not in TELLING and any(each.is_mark for entry in parts for each in entry):
        raise CarrierError(f"target {target.name} may change the mark that the next entry asks for")
    for one, other in combinations(parts, 2):
        if not any(left.is_apart(right) for left, right in zip(one, other, strict=True)):
            raise CarrierError("two entries match the same packet, which would meet the target twice")


def _with(rule: Rule, at: int, entry: Sequence[Part]) -> Rule | None:
    """The rule for one entry; None where its protocol is another than the entry's."""
    matches = (*rule.matches[:at], *(each.match for each in entry), *rule.matches[at + 1 :])
    found: Rule | None = replace(rule, matches=matches)
    for each in entry:
        found = _with_protocol(found, each.protocol) if found and each.protocol else found
    return found


def _with_protocol(rule: Rule, protocol: str) -> Rule | None:
    basic = next((match.options for match in rule.matches if not match.module), ())
    asked = next((option for option in basic if option.name == "-p"), None)
    if asked is not None:
        is_all = asked.values[0] in ("all", "0")
        is_same = WITH_PORTS.get(asked.values[0], asked.values[0]) == WITH_PORTS[protocol]
        if (is_same or is_all) is asked.negated:
            return None
    options = (*(option for option in basic if option.name != "-p"), Option("-p", (protocol,)))
    return replace(rule, matches=(Match("", options), *(match for match in rule.matches if match.module)))
