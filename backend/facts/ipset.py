"""`ipset save`, and `ipset list` where there is no save, as sets."""

import re

from backend.facts.error import LineError
from backend.facts.iptables import split_words
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.model.firewall import IpSet, Option, SetEntry

SET_FLAGS = frozenset(("counters", "comment", "skbinfo", "forceadd"))
ENTRY_FLAGS = frozenset(("nomatch", "wildcard", "physdev"))
FIELD = re.compile(r"^(Name|Type|Revision|Header|Size in memory|References|Number of entries|Default|Members):\s*(.*)$")


class _Set:
    """A set while its entries are being read."""

    def __init__(self, name: str, kind: str, options: tuple[Option, ...], line: int) -> None:
        self.name, self.kind, self.options, self.line = name, kind, options, line
        self.entries: list[SetEntry] = []
        self.announced: int | None = None

    def finished(self) -> IpSet:
        return IpSet(self.name, self.kind, self.options, tuple(self.entries), self.line)


def read_saved(section: Section, notes: Notes) -> tuple[IpSet, ...]:
    found: dict[str, _Set] = {}
    for line, text in section:
        try:
            words = split_words(text)
            if words[0] == "create" and len(words) >= 3:
                found[words[1]] = _Set(words[1], words[2], _options(words[3:], SET_FLAGS), line)
            elif words[0] == "add" and len(words) >= 3:
                if words[1] not in found:
                    raise LineError(f"expected set {words[1]} to be created before its entries")
                found[words[1]].entries.append(parse_entry(words[2:], text.strip(), line))
            elif not text.startswith("#"):
                raise LineError("expected 'create NAME TYPE …' or 'add NAME ENTRY …'")
        except LineError as error:
            notes.add(section.name, line, text, str(error))
    return tuple(item.finished() for item in found.values())


def read_listed(section: Section, notes: Notes) -> tuple[IpSet, ...]:
    found: list[_Set] = []
    for line, text in section:
        try:
            field = FIELD.match(text)
            if field and field[1] == "Name":
                found.append(_Set(field[2].strip(), "", (), line))
            elif not found:
                raise LineError("expected 'Name: …' of a set before it")
            elif field:
                _read_field(found[-1], field[1], field[2].strip())
            else:
                found[-1].entries.append(parse_entry(split_words(text), text.strip(), line))
        except LineError as error:
            notes.add(section.name, line, text, str(error))
    for item in found:
        if item.announced is not None and item.announced != len(item.entries):
            notes.add(
                section.name, item.line, item.name, f"expected {item.announced} entries, found {len(item.entries)}"
            )
    return tuple(item.finished() for item in found)


def _read_field(item: _Set, name: str, value: str) -> None:
    if name == "Type":
        item.kind = value
    elif name == "Header":
        item.options = _options(value.split(), SET_FLAGS)
    elif name == "Number of entries" and value.isdecimal():
        item.announced = int(value)


def parse_entry(words: list[str], text: str, line: int) -> SetEntry:
    """`words` begin with the element: `10.0.0.1,tcp:80 timeout 30 nomatch`."""
    options = _options(words[1:], ENTRY_FLAGS)
    is_nomatch = any(option.name == "nomatch" for option in options)
    kept = tuple(option for option in options if option.name != "nomatch") if is_nomatch else options
    return SetEntry(tuple(words[0].split(",")), kept, is_nomatch, text, line)


def _options(words: list[str], flags: frozenset[str]) -> tuple[Option, ...]:
    if not words:
        return ()
    found = []
    at = 0
    while at < len(words):
        name = words[at]
        at += 1
        if name in flags:
            found.append(Option(name))
        elif at < len(words):
            found.append(Option(name, (words[at],)))
            at += 1
        else:
            raise LineError(f"expected a value behind {name!r}")
    return tuple(found)
