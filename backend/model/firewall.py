"""Chains, rules and sets, as `iptables-save` and `ipset save` print them."""

from msgspec import Struct

from backend.model.address import Family


class Counters(Struct, frozen=True):
    packets: int
    bytes: int


class Option(Struct, frozen=True):
    """`! --dports 80,443` is an option `--dports`, negated, with the value `80,443`."""

    name: str
    values: tuple[str, ...] = ()
    negated: bool = False


class Match(Struct, frozen=True):
    """One `-m module` with its options; the module is empty for what every rule has: -s, -d, -i, -o, -p, -f."""

    module: str
    options: tuple[Option, ...] = ()


class Target(Struct, frozen=True):
    """`-j NAME` or, where `is_goto`, `-g NAME`; a name may be that of a user chain."""

    name: str
    options: tuple[Option, ...] = ()
    is_goto: bool = False


class Rule(Struct, frozen=True):
    table: str
    chain: str
    number: int
    """Position in its chain, from 1, as `iptables -L --line-numbers` counts."""
    matches: tuple[Match, ...] = ()
    target: Target | None = None
    comment: str | None = None
    counters: Counters | None = None
    text: str = ""
    line: int = 0


class Chain(Struct, frozen=True):
    name: str
    policy: str | None = None
    """ACCEPT or DROP of a built-in chain; None for a user chain."""
    counters: Counters | None = None
    rules: tuple[Rule, ...] = ()


class Table(Struct, frozen=True):
    name: str
    chains: tuple[Chain, ...] = ()


class Ruleset(Struct, frozen=True):
    family: Family
    tables: tuple[Table, ...] = ()


class SetEntry(Struct, frozen=True):
    """One member of a set: `10.0.0.1,tcp:80 timeout 30 nomatch` has two elements and two options."""

    elements: tuple[str, ...]
    options: tuple[Option, ...] = ()
    is_nomatch: bool = False
    text: str = ""
    line: int = 0


class IpSet(Struct, frozen=True):
    name: str
    type: str
    """`hash:ip,port`, `bitmap:port`, `list:set` …"""
    options: tuple[Option, ...] = ()
    entries: tuple[SetEntry, ...] = ()
    line: int = 0


class Firewall(Struct, frozen=True):
    """A ruleset that is None is not known, for the reason beside it; an empty one is known to be empty."""

    ipv4: Ruleset | None = None
    ipv6: Ruleset | None = None
    sets: tuple[IpSet, ...] | None = None
    ipv4_missing: str | None = "iptables_save is not in the facts"
    ipv6_missing: str | None = "ip6tables_save is not in the facts"
    sets_missing: str | None = "ipset_save is not in the facts"
