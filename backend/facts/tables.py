"""Routing tables by number and name."""

import re
from collections.abc import Iterable

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.facts.words import number

BRACKETED = re.compile(r"[(\[](?:[^()\[\]]*?\b)?(0x[0-9a-fA-F]+|\d+)\s*[)\]]\s*$")
NAMELESS = 1 << 32
"""Tables whose number the facts do not tell get one from here on, where the kernel has none."""


def read_table_names(section: Section | None, notes: Notes) -> dict[str, int]:
    """/etc/iproute2/rt_tables; the four tables that every system has are known without it."""
    found = dict(names.TABLES)
    for line, text in section or ():
        words = text.partition("#")[0].split()
        if not words:
            continue
        try:
            if len(words) != 2:
                raise LineError("expected the number and the name of a routing table")
            found[words[1]] = number(words[0], "the number of a routing table", 0)
        except LineError as error:
            notes.add("rt_tables", line, text, str(error))
    return found


def table_of(suffix: str, title: str, known: dict[str, int]) -> int | None:
    """The number of the table in section `routing_table_<suffix>`; None where neither name nor title tell it."""
    if suffix.isdecimal():
        return int(suffix)
    if suffix in known:
        return known[suffix]
    bracketed = BRACKETED.search(title)
    return int(bracketed[1], 0) if bracketed else None


def named_tables(sections: Iterable[tuple[str, str]], known: dict[str, int]) -> dict[str, int]:
    """All names of tables, those included that only sections (name's suffix and title) tell."""
    found = dict(known)
    for suffix, title in sections:
        if suffix.isdecimal() or suffix in found:
            continue
        table = table_of(suffix, title, known)
        found[suffix] = NAMELESS + len(found) if table is None else table
    return found
