"""The rules of one router and family, compiled."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from backend.model.address import Family
from backend.model.firewall import Chain, Ruleset, Table, Target
from backend.model.network import Router
from backend.sim.netfilter.index import index
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.match.fields import fields
from backend.sim.netfilter.rule import CompiledChain, CompiledRule, CompiledTable, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.compile import compile_sets
from backend.sim.netfilter.target import compile_target

FORWARD = "FORWARD"
FAMILIES: tuple[Family, ...] = (4, 6)
TRACKING = frozenset((
    "cluster", "connbytes", "connlabel", "connlimit", "connmark", "conntrack", "helper", "state",
))  # fmt: skip
TRACKING_TARGETS = frozenset((
    "CLUSTERIP", "CONNMARK", "CONNSECMARK", "DNAT", "MASQUERADE", "NETMAP", "REDIRECT", "SNAT", "SYNPROXY",
))  # fmt: skip


class CompiledFirewall(Struct, frozen=True, eq=False):
    tables: Mapping[str, CompiledTable]
    missing: str = ""
    """Why the rules are not known; then there are none here."""
    is_tracking: bool = True
    """Whether a rule needs connections: else the kernel knows none, and table nat is never asked."""
    may_stop_own: bool = False
    """Whether anything may be stopped that the router sends, or that is for it."""


def compile_firewalls(router: Router) -> dict[Family, CompiledFirewall]:
    firewall = router.firewall
    sets = compile_sets(firewall.sets) if firewall.sets is not None else None
    missing = firewall.sets_missing or ""
    known = {4: (firewall.ipv4, firewall.ipv4_missing), 6: (firewall.ipv6, firewall.ipv6_missing)}
    return {
        family: _firewall(*known[family], Scope(family, router, sets, missing)) if router.kind == "linux" else NOTHING
        for family in FAMILIES
    }


NOTHING = CompiledFirewall({})


def _firewall(ruleset: Ruleset | None, missing: str | None, scope: Scope) -> CompiledFirewall:
    if ruleset is None:
        return CompiledFirewall({}, missing or "iptables_save is not in the facts")
    tables = {table.name: _table(table, scope) for table in ruleset.tables}
    is_tracking = any(map(_needs_connections, ruleset.tables))
    may_stop_own = any(_may_stop_own(chain) for table in tables.values() for chain in table.chains.values())
    return CompiledFirewall(tables, is_tracking=is_tracking, may_stop_own=may_stop_own)


def _may_stop_own(chain: CompiledChain) -> bool:
    return chain.name != FORWARD and (
        chain.policy == "DROP" or any(rule.act.kind in (Kind.DROP, Kind.REJECT) for rule in chain.rules)
    )


def _needs_connections(table: Table) -> bool:
    """By nf_ct_netns_get in net/netfilter/xt_*.c, for the family of the rule."""
    return any(
        (rule.target is not None and _is_tracking_target(rule.target))
        or any(match.module in TRACKING for match in rule.matches)
        for chain in table.chains
        for rule in chain.rules
    )


def _is_tracking_target(target: Target) -> bool:
    if target.name == "CT":
        return all(option.name != "--notrack" for option in target.options)
    return target.name in TRACKING_TARGETS


def _table(table: Table, scope: Scope) -> CompiledTable:
    user = frozenset(chain.name for chain in table.chains if chain.policy is None)
    return CompiledTable(table.name, {chain.name: _chain(table.name, chain, user, scope) for chain in table.chains})


def _chain(table: str, chain: Chain, user: Collection[str], scope: Scope) -> CompiledChain:
    every = [fields(rule, scope.family) for rule in chain.rules]
    rules = tuple(
        CompiledRule(
            rule,
            checks=tuple(compile_match(match, rule, scope) for match in asked.rest),
            act=compile_target(rule, user, scope),
            scope=scope,
        )
        for rule, asked in zip(chain.rules, every, strict=True)
    )
    return CompiledChain(table, chain.name, chain.policy, rules, index(every))
