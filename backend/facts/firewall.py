"""The firewall's part of the facts. What is missing stays missing, with the reason: it is never 'allowed'."""

from collections.abc import Callable, Mapping

from backend.facts.ipset import read_listed, read_saved
from backend.facts.iptables import read_ruleset
from backend.facts.nftables import read_foreign_chains
from backend.facts.notes import Notes, shortened
from backend.facts.sections import Section
from backend.model.address import Family
from backend.model.firewall import Firewall, IpSet, Ruleset

NO_FIREWALL = Firewall(Ruleset(4), Ruleset(6), (), None, None, None)
"""Of a router that filters nothing."""


def read_firewall(sections: Mapping[str, Section], notes: Notes) -> Firewall:
    foreign = read_foreign_chains(sections.get("nft_ruleset"), notes)
    ipv4, ipv4_missing = _ruleset(sections, 4, ("iptables_save",), foreign, notes)
    ipv6, ipv6_missing = _ruleset(sections, 6, ("ip6tables_save", "ip6_iptables_save"), foreign, notes)
    sets, sets_missing = _sets(sections, notes)
    return Firewall(ipv4, ipv6, sets, ipv4_missing, ipv6_missing, sets_missing)


def _ruleset(
    sections: Mapping[str, Section], family: Family, names: tuple[str, ...], foreign: Mapping[Family, str], notes: Notes
) -> tuple[Ruleset | None, str | None]:
    section = next((sections[name] for name in names if name in sections), None)
    warnings = [name.replace("_save", suffix) for name in names for suffix in ("_warning", "_missing")]
    reason = _reason(sections, section, names[0], warnings)
    if section is None or reason:
        return None, reason
    ruleset, reason = read_ruleset(section, family, notes)
    also = next((name for name in _others(names[0]) if name in sections and not sections[name].is_empty), None)
    if also:
        reason = reason or f"rules of both kinds of iptables apply, and {also} is not evaluated"
    elif family in foreign:
        reason = reason or f"chain {foreign[family]} of nftables decides as well, and is not evaluated"
    return (None, reason) if reason else (ruleset, None)


def _others(name: str) -> tuple[str, ...]:
    """Where there are rules of iptables-nft and of iptables-legacy, a packet passes both."""
    return tuple(name.replace("_save", f"_{kind}_save") for kind in ("nft", "legacy"))


def _sets(sections: Mapping[str, Section], notes: Notes) -> tuple[tuple[IpSet, ...] | None, str | None]:
    warnings = ["ipset_warning", "ipset_missing"]
    readers: tuple[tuple[str, Callable[[Section, Notes], tuple[IpSet, ...]]], ...] = (
        ("ipset_save", read_saved),
        ("ipset_list", read_listed),
    )
    for name, read in readers:
        section = sections.get(name)
        if section is not None and not _reason(sections, section, name, warnings):
            return read(section, notes), None
    return None, _reason(sections, sections.get("ipset_save"), "ipset_save", warnings)


def _reason(sections: Mapping[str, Section], section: Section | None, name: str, warnings: list[str]) -> str | None:
    """Why the section is not to be believed; None where it is."""
    said = next((_said(sections[warning]) for warning in warnings if warning in sections), None)
    if section is None:
        return said or f"{name} is not in the facts"
    if section.has_failed:
        detail = said or _first_line(section)
        return f"{name} ended with exit code {section.exit_code}" + (f": {detail}" if detail else "")
    if not section.is_complete:
        return f"{name} is cut off"
    if section.is_empty and said:  # without the right to look, some versions print nothing and call it success
        return said
    return None


def _said(warning: Section) -> str:
    return _first_line(warning) or warning.title or warning.name


def _first_line(section: Section) -> str | None:
    return next((shortened(text) for _, text in section), None)
