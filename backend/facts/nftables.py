"""`nft -j list ruleset`: whether nftables decides about packets beside what iptables-save shows.

iptables-nft keeps its own tables in nftables; chains of others are not evaluated, so the firewall is then not known.
"""

import json
from collections.abc import Iterator
from typing import Any

from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.address import Family

HOOKS = frozenset(("prerouting", "input", "forward", "output", "postrouting"))
OWN_TABLES = frozenset(("raw", "mangle", "nat", "filter", "security"))
FAMILIES: dict[str, tuple[Family, ...]] = {"ip": (4,), "ip6": (6,), "inet": (4, 6)}


def read_foreign_chains(section: Section | None, notes: Notes) -> dict[Family, str]:
    """For each family the first chain that is none of iptables' and does something, as `inet filter input`."""
    if section is None or section.has_failed or section.is_empty:
        return {}
    try:
        items = json.loads("\n".join(section.lines))["nftables"]
        entries = [entry for item in items for entry in item.items() if isinstance(entry[1], dict)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        notes.add(section.name, section.start, section.lines[0], f"expected JSON of nft -j list ruleset ({error}):")
        return {}
    found: dict[Family, str] = {}
    for family, name in _foreign(entries):
        found.setdefault(family, name)
    return found


def _foreign(entries: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[Family, str]]:
    ruled = {_key(rule, "chain") for kind, rule in entries if kind == "rule"}
    for kind, chain in entries:
        if kind != "chain" or chain.get("hook") not in HOOKS:
            continue
        key = _key(chain, "name")
        if key in ruled or chain.get("policy") == "drop":
            family, table, name = key
            is_own = family in ("ip", "ip6") and table in OWN_TABLES and name == str(chain["hook"]).upper()
            for number in () if is_own else FAMILIES.get(family, ()):
                yield number, f"{family} {table} {name}"


def _key(entry: dict[str, Any], name: str) -> tuple[str, str, str]:
    return str(entry.get("family")), str(entry.get("table")), str(entry.get(name))
