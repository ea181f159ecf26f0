"""The facts of a router as sections of lines, to be compared with those of another time."""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Literal

from msgspec import Struct

from backend.model.firewall import Firewall, IpSet, Ruleset
from backend.model.interface import Interface
from backend.model.network import Router

MOVING = re.compile(r"^\[\d+:\d+\] | (?:timeout|packets|bytes) \d+| expires \w+")
"""Counters and remaining times are others each time that facts are collected."""
Kind = Literal["router", "interfaces", "settings", "policy_rules", "routes", "policies", "chain", "sets", "set"]


class Section(Struct, frozen=True):
    kind: Kind
    lines: tuple[str, ...]
    family: Literal[4, 6] | None = None
    table: str | None = None
    """Of the firewall."""
    name: str = ""
    """Of a routing table, chain or set."""

    @property
    def key(self) -> str:
        return f"{self.kind} {self.family} {self.table} {self.name}"

    @property
    def is_ordered(self) -> bool:
        return self.kind in ("policy_rules", "chain")

    @property
    def fingerprint(self) -> str:
        lines = self.lines if self.is_ordered else sorted(self.lines)
        return blake2b("\n".join(lines).encode(errors="surrogatepass"), digest_size=12).hexdigest()


def sections(router: Router) -> Iterator[Section]:
    firewall = router.firewall
    yield Section("router", tuple(_about(router)))
    yield Section("interfaces", tuple(line for each in router.interfaces for line in _interface(each)))
    yield Section("settings", tuple(f"{name} = {value}" for name, value in router.sysctls.items()))
    for family in (4, 6):
        rules = tuple(each.text.replace("\t", " ") for each in router.policy_rules if each.family == family)
        yield Section("policy_rules", rules, family)
    for table in router.tables:
        yield Section("routes", tuple(_still(route.text) for route in table.routes), table.family, name=table.name)
    for ruleset in (firewall.ipv4, firewall.ipv6):
        yield from _ruleset(ruleset) if ruleset is not None else ()
    yield from _sets(firewall.sets or ())


def _about(router: Router) -> Iterator[str]:
    yield f"kind {router.kind}"
    if router.kernel is not None:
        yield f"kernel {'.'.join(map(str, router.kernel))}"
    if router.location is not None:
        yield f"location {router.location.name}"
    yield from (f"role {role}" for role in router.roles)
    yield from _missing(router.firewall)
    yield from (f"policy rules, IPv{family}: {flaw}" for family, flaw in router.rules_flaw.items())
    yield from (f"routes of {table.name}, IPv{table.family}: {table.flaw}" for table in router.tables if table.flaw)


def _missing(firewall: Firewall) -> Iterator[str]:
    for what, known, missing in (
        ("IPv4 rules", firewall.ipv4, firewall.ipv4_missing),
        ("IPv6 rules", firewall.ipv6, firewall.ipv6_missing),
        ("sets", firewall.sets, firewall.sets_missing),
    ):
        if known is None:
            yield f"{what}: {missing}"


def _interface(each: Interface) -> Iterator[str]:
    words = {"mtu": each.mtu, "link": each.link, "mac": each.mac, "parent": each.parent, "master": each.master}
    known = " ".join(f"{name} {value}" for name, value in words.items() if value is not None)
    yield f"{each.name} {'up' if each.is_up else 'down'}{'' if each.has_carrier else ' no-carrier'} {known}"
    for address in each.addresses:
        peer = f" peer {address.peer}" if address.peer is not None else ""
        yield f"{each.name} {address.text}{peer} scope {address.scope}"


def _ruleset(ruleset: Ruleset) -> Iterator[Section]:
    for table in ruleset.tables:
        policies = tuple(f"{chain.name} {chain.policy}" for chain in table.chains if chain.policy is not None)
        yield Section("policies", policies, ruleset.family, table.name)
        for chain in table.chains:
            lines = tuple(_still(rule.text) for rule in chain.rules)
            yield Section("chain", lines, ruleset.family, table.name, chain.name)


def _sets(sets: Sequence[IpSet]) -> Iterator[Section]:
    yield Section("sets", tuple(" ".join((each.name, each.type, *_options(each))) for each in sets))
    for each in sets:
        before = f"add {each.name} "
        yield Section("set", tuple(_still(entry.text).removeprefix(before) for entry in each.entries), name=each.name)


def _options(each: IpSet) -> Iterator[str]:
    return (" ".join((option.name, *option.values)) for option in each.options)


def _still(text: str) -> str:
    return MOVING.sub("", text)
