"""One facts file as a router."""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from backend.facts.firewall import NO_FIREWALL, read_firewall
from backend.facts.implied import local_table
from backend.facts.interfaces import read_interfaces
from backend.facts.metadata import read_metadata
from backend.facts.notes import Notes
from backend.facts.policy import read_rules
from backend.facts.routes import read_routes
from backend.facts.sections import Section, Sections
from backend.facts.sysctl import read_switch, read_sysctls
from backend.facts.tables import NAMELESS, named_tables, read_table_names
from backend.model.address import Family
from backend.model.interface import Interface
from backend.model.network import Router
from backend.model.policy import PolicyRule, default_rules
from backend.model.route import DEFAULT_TABLE, LOCAL_TABLE, MAIN_TABLE, Route, RoutingTable

VERSION = re.compile(r"^(?:Linux version |Linux \S+ )?(\d+)\.(\d+)")
TABLE_SECTION: dict[Family, re.Pattern[str]] = {
    4: re.compile(r"^routing_table(?:_(.+))?$"),
    6: re.compile(r"^ip6_routing_table(?:_(.+))?$"),
}
FORWARDING = {"ip_forwarding": "net/ipv4/ip_forward", "ip6_forwarding": "net/ipv6/conf/all/forwarding"}


def read_router(sections: Sections, name: str, notes: Notes) -> Router | None:
    """`name` is for a file that does not say its router's name. None: the file holds no facts at all."""
    by_name = sections.by_name
    if not by_name:
        return None
    metadata = read_metadata(by_name.get("metadata"), notes)
    interfaces, vrfs = _interfaces(by_name, notes)
    sysctls = _sysctls(by_name, notes)
    kernel = _kernel(by_name.get("kernel_version"))
    known = read_table_names(by_name.get("rt_tables"), notes)
    known = named_tables(_table_sections(by_name), known)
    tables: list[RoutingTable] = []
    rules: list[PolicyRule] = []
    rules_flaw: dict[Family, str] = {}
    for family in (4, 6):
        found = _tables(by_name, family, known, notes)
        if LOCAL_TABLE not in found and interfaces:
            is_forwarding = sysctls.get("net/ipv6/conf/all/forwarding") != "0"
            found[LOCAL_TABLE] = local_table(interfaces, family, kernel, is_forwarding)
        own, flaw = _rules(by_name, family, known, notes)
        if flaw and metadata.kind == "linux":
            rules_flaw[family] = flaw
        rules += _with_missing_tables(own, found, notes)
        tables += [found[number] for number in sorted(found, reverse=True)]
    _check_interfaces(tables, {interface.name for interface in interfaces}, notes)
    is_linux = metadata.kind == "linux"
    return Router(
        name=sections.hostname or name,
        kind=metadata.kind,
        interfaces=interfaces,
        tables=tuple(tables),
        policy_rules=tuple(rules),
        rules_flaw=rules_flaw,
        firewall=read_firewall(by_name, notes) if is_linux or "iptables_save" in by_name else NO_FIREWALL,
        sysctls=sysctls,
        vrfs=vrfs,
        segments=metadata.segments,
        location=metadata.location,
        roles=metadata.roles,
        kernel=kernel,
        file=notes.file,
    )


def _interfaces(by_name: Mapping[str, Section], notes: Notes) -> tuple[tuple[Interface, ...], dict[str, int]]:
    section = by_name.get("interfaces")
    if section is None:
        notes.add(None, None, "", "expected section interfaces (ip addr show)")
        return (), {}
    interfaces, vrfs = read_interfaces(section, notes)
    _check_exit(section, bool(interfaces), notes)
    for line, text in by_name.get("vrf") or ():  # ip vrf show: a heading, a ruler, then names and tables
        words = text.split()
        if len(words) == 2 and words[1].isdecimal():
            vrfs[words[0]] = int(words[1])
        elif words[0] not in ("Name", "No") and not text.startswith("---"):
            notes.add("vrf", line, text, "expected the name and the table of a VRF")
    return interfaces, vrfs


def _sysctls(by_name: Mapping[str, Section], notes: Notes) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, key in FORWARDING.items():
        if name in by_name:
            found |= read_switch(by_name[name], key, notes)
    if "sysctl_net" in by_name:
        found |= read_sysctls(by_name["sysctl_net"], notes)
    return found


def _kernel(section: Section | None) -> tuple[int, int] | None:
    for _, text in section or ():
        if version := VERSION.match(text.strip()):
            return int(version[1]), int(version[2])
    return None


def _table_sections(by_name: Mapping[str, Section]) -> Iterable[tuple[str, str]]:
    for name, section in by_name.items():
        for pattern in TABLE_SECTION.values():
            if (named := pattern.match(name)) and named[1]:
                yield named[1], section.title


def _tables(
    by_name: Mapping[str, Section], family: Family, known: Mapping[str, int], notes: Notes
) -> dict[int, RoutingTable]:
    names = {number: name for name, number in reversed(list(known.items()))}
    routes: dict[int, list[Route]] = {}
    filled: dict[int, str] = {}
    flaws: dict[int, str] = {}
    for name, section in by_name.items():
        named = TABLE_SECTION[family].match(name)
        if named is None:
            continue
        suffix = named[1] or "main"
        table = int(suffix) if suffix.isdecimal() else known[suffix]
        if table in filled:
            notes.add(name, section.start, "", f"expected table {table} once; {filled[table]} holds it already")
            continue
        filled[table] = name
        flaws[table] = _flaw(section)
        found = read_routes(section, family, table, known, notes)
        _check_exit(section, not section.is_empty, notes)
        routes.setdefault(table, [])
        for route in found:
            routes.setdefault(route.table, []).append(route)
    if family == 4 and MAIN_TABLE not in routes:
        notes.add(None, None, "", "expected section routing_table_main (ip route show)")
    return {
        number: RoutingTable(family, number, names.get(number, str(number)), tuple(found), flaws.get(number, ""))
        for number, found in routes.items()
    }


def _rules(
    by_name: Mapping[str, Section], family: Family, known: Mapping[str, int], notes: Notes
) -> tuple[tuple[PolicyRule, ...], str]:
    """The rules, and why they may be others."""
    name = "policy_rules" if family == 4 else "ip6_policy_rules"
    section = by_name.get(name)
    if section is None:
        return default_rules(family), f"{name} is not in the facts"
    rules = read_rules(section, family, known, notes)
    _check_exit(section, bool(rules), notes)
    flaw = _flaw(section)
    if rules or (not flaw and section.is_empty):
        return rules, f"{name} {flaw}" if flaw else ""
    return default_rules(family), f"{name} {flaw or 'cannot be read'}"


def _flaw(section: Section) -> str:
    """A table that does not exist is an empty one: `ip` says so, and ends with a code other than 0."""
    if not section.is_complete:
        return "is cut off in the facts"
    is_absent = any("FIB table does not exist" in text for _, text in section)
    return f"could not be collected (exit code {section.exit_code})" if section.has_failed and not is_absent else ""


def _check_exit(section: Section, has_content: bool, notes: Notes) -> None:
    """A command that failed and printed something has been noted by its lines."""
    if section.has_failed and not has_content:
        notes.add(section.name, section.start, f"EXIT_CODE: {section.exit_code}", "expected exit code 0")


def _with_missing_tables(
    rules: Iterable[PolicyRule], tables: Mapping[int, RoutingTable], notes: Notes
) -> Iterator[PolicyRule]:
    """A table that nobody printed is empty, unless one of those without a number may be it. Each is told once."""
    known = {*tables, LOCAL_TABLE, MAIN_TABLE, DEFAULT_TABLE}
    is_hidden = any(number >= NAMELESS for number in tables)
    told: set[int] = set()
    for rule in rules:
        if rule.table is None or rule.table in known:
            yield rule
            continue
        if rule.table not in told:
            told.add(rule.table)
            taken = "" if is_hidden else "; taken as empty"
            notes.add(rule.section, rule.line, rule.text, f"expected table {rule.table} in the facts{taken}:")
        yield replace(rule, table=None, unknown=(f"lookup {rule.table}",)) if is_hidden else rule


def _check_interfaces(tables: Iterable[RoutingTable], names: set[str], notes: Notes) -> None:
    if not names:
        return
    for table in tables:
        for route in table.routes:
            for hop in route.next_hops:
                if hop.dev is not None and hop.dev not in names:
                    notes.add(route.section, route.line, route.text, f"expected an interface, there is no {hop.dev!r}")
