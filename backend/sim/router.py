"""A router, compiled: its tables, rules, addresses and switches, ready to be asked."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from backend.model.address import Address, Family
from backend.model.interface import Interface
from backend.model.network import Router
from backend.model.policy import default_rules
from backend.model.route import DEFAULT_TABLE, LOCAL_TABLE, MAIN_TABLE, RouteKind, RoutingTable
from backend.model.trace import Step, StepKind
from backend.sim.caveat import Caveat, caveats
from backend.sim.policy import CompiledRule, compile_rules
from backend.sim.sysctl import Switches, compile_switches, forwards_ipv6, linkdown
from backend.sim.table import REFUSALS, USED, CompiledTable, Linkdown, compile_table


class Routing(Struct, frozen=True, eq=False):
    """What one address family is routed by."""

    rules: tuple[CompiledRule, ...]
    tables: Mapping[int, CompiledTable]
    merged: CompiledTable | None
    """The one trie that local and main share while nobody has touched the rules: then the longest prefix of both wins
    (net/ipv4/fib_frontend.c, fib_unmerge). IPv4 only."""
    flaws: Mapping[int, Step]
    """Table → the assumption that is made when it is asked, since the facts do not hold all of it."""
    assumed: tuple[Step, ...]
    """That the rules are these, where the facts do not say it."""
    has_custom_rules: bool
    has_custom_local_routes: bool
    has_scattered_locals: bool
    """Whether tables other than local hold routes to the router itself (VRFs, hand-made ones)."""


class CompiledRouter(Struct, frozen=True, eq=False):
    name: str
    is_linux: bool
    interfaces: Mapping[str, Interface]
    shown: Mapping[tuple[str, int], Address]
    """(interface, family) → the address that it shows itself by in a traceroute."""
    own: frozenset[tuple[int, int]]
    """(family, address) of every interface, also of those that are down: the machine answers to them all the same."""
    routing: Mapping[Family, Routing]
    switches: Mapping[str, Switches]
    forwards_ipv6: int | None
    vrf_of: Mapping[str, str]
    vrf_tables: Mapping[str, int]
    caveats: tuple[Caveat, ...]
    backwards: "CompiledRouter | None" = None
    """Whom the reverse-path filter asks, where that differs: it does not care for carriers
    (FIB_LOOKUP_IGNORE_LINKSTATE in net/ipv4/fib_frontend.c)."""


def compile_router(router: Router) -> CompiledRouter:
    interfaces = {interface.name: interface for interface in router.interfaces}
    linkdown4, linkdown6 = linkdown(router.sysctls, interfaces, 4), linkdown(router.sysctls, interfaces, 6)
    compiled = CompiledRouter(
        name=router.name,
        is_linux=router.kind == "linux",
        interfaces=interfaces,
        shown=_shown(router.interfaces),
        own=frozenset(
            (a.address.version, int(a.address)) for interface in router.interfaces for a in interface.addresses
        ),
        routing={4: _compile_routing(router, 4, linkdown4), 6: _compile_routing(router, 6, linkdown6)},
        switches=compile_switches(router.sysctls, interfaces),
        forwards_ipv6=forwards_ipv6(router.sysctls),
        vrf_of={i.name: i.master for i in router.interfaces if i.master and i.master in router.vrfs},
        vrf_tables=router.vrfs,
        caveats=caveats(router),
    )
    if not linkdown4.ignoring:
        return compiled
    routing: dict[Family, Routing] = {4: _compile_routing(router, 4, USED), 6: compiled.routing[6]}
    return structs.replace(compiled, backwards=structs.replace(compiled, routing=routing))


def _shown(interfaces: Iterable[Interface]) -> dict[tuple[str, int], Address]:
    """The first address of each family; a link-local one only where there is no other."""
    found: dict[tuple[str, int], Address] = {}
    for interface in interfaces:
        for entry in sorted(interface.addresses, key=lambda each: each.address.is_link_local):
            found.setdefault((interface.name, entry.address.version), entry.address)
    return found


def _compile_routing(router: Router, family: Family, linkdown: Linkdown) -> Routing:
    given = tuple(rule for rule in router.policy_rules if rule.family == family)
    tables = {table.id: table for table in router.tables if table.family == family}
    names = {LOCAL_TABLE: "local", MAIN_TABLE: "main", DEFAULT_TABLE: "default"}
    names |= {number: table.name for number, table in tables.items()}
    rules = compile_rules(family, given or default_rules(family), names)
    local = tables[LOCAL_TABLE].routes if LOCAL_TABLE in tables else ()
    main = tables[MAIN_TABLE].routes if MAIN_TABLE in tables else ()
    born = [(rule.priority, rule.table) for rule in default_rules(family)]
    has_custom_rules = [(each.rule.priority, each.rule.table) for each in rules if each.matches_all] != born or len(
        rules
    ) != len(born)
    is_merged = family == 4 and not has_custom_rules
    return Routing(
        rules=rules,
        flaws=_flaws(router, family, tables, names),
        assumed=_assumed(router, family, is_given=any(rule.line for rule in given)),
        tables={number: compile_table(family, table.name, table.routes, linkdown) for number, table in tables.items()},
        merged=compile_table(4, "main", (*local, *main), linkdown) if is_merged else None,
        has_custom_rules=has_custom_rules,
        has_scattered_locals=any(
            route.kind is not RouteKind.UNICAST and route.kind not in REFUSALS
            for number, table in tables.items()
            if number != LOCAL_TABLE
            for route in table.routes
        ),
        has_custom_local_routes=any(r.kind is RouteKind.LOCAL and r.protocol != "kernel" for r in local),
    )


def _assumed(router: Router, family: Family, is_given: bool) -> tuple[Step, ...]:
    flaw = router.rules_flaw.get(family)
    if flaw is None:
        return ()
    outcome = "taken as those that are read" if is_given else "taken as the kernel's own"
    return (Step(StepKind.ASSUMPTION, f"policy rules of IPv{family}: {flaw}", outcome),)


def _flaws(
    router: Router, family: Family, tables: Mapping[int, RoutingTable], names: Mapping[int, str]
) -> dict[int, Step]:
    """Of the tables that rules ask for. That nobody prints the empty table default is no flaw."""
    found = {number: table.flaw for number, table in tables.items() if table.flaw}
    asked = {rule.table for rule in router.policy_rules if rule.family == family}
    asked |= {MAIN_TABLE, *router.vrfs.values()}
    missing = {number for number in asked if number is not None and number not in tables} - {DEFAULT_TABLE}
    found |= dict.fromkeys(missing, "is not in the facts")
    return {
        number: Step(StepKind.ASSUMPTION, f"table {names.get(number, number)} {flaw}", _taken(number in tables))
        for number, flaw in found.items()
    }


def _taken(is_there: bool) -> str:
    return "taken as what is read of it" if is_there else "taken as empty"
