"""Rules and sets as lines of iptables-restore and ipset restore, written from parsed values. Pure.

What cannot be written so that it is one line of the tool and nothing else has a flaw, and is not said to the tool.
"""

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from backend.lab.error import LabError
from backend.lab.plan.operation import RuleLine, SetLine
from backend.lab.plan.rule import NAME, written
from backend.model.address import Family
from backend.model.firewall import IpSet, Option, Ruleset, SetEntry, Table

SET_NAME = re.compile(r"[^\s\"'\\,#-][^\s\"'\\,#]{0,30}")
SET_TYPE = re.compile(r"[a-z]+:[a-z,]+")
PLAIN = re.compile(r"[^\s\"'\\]+")
OPTION = re.compile(r"[a-z]\w*", re.ASCII)


def rule_lines(ruleset: Ruleset) -> tuple[RuleLine, ...]:
    return tuple(line for table in ruleset.tables for line in _table_lines(table, ruleset.family))


def _table_lines(table: Table, family: Family) -> Iterator[RuleLine]:
    yield RuleLine(f"*{table.name}", table.name, flaw=_flaw(table.name))
    for chain in table.chains:
        yield RuleLine(f":{chain.name} {chain.policy or '-'} [0:0]", table.name, flaw=_flaw(chain.name))
    for chain in table.chains:
        for rule in chain.rules:
            yield from written(rule, family)
    yield RuleLine("COMMIT", table.name)


def _flaw(name: str) -> str:
    return "" if NAME.fullmatch(name) else f"expected a name, not {name!r}"


def parts(lines: Iterable[RuleLine], limit: int) -> list[tuple[RuleLine, ...]]:
    """Rules in several inputs, each with at most `limit` of a table; the first makes all chains, the others append.

    For who is not root, one transaction must fit the send buffer of a netlink socket, which only root may enlarge.
    """
    found: list[list[RuleLine]] = [[]]
    head, count = RuleLine(""), 0
    for line in lines:
        if line.text.startswith("*"):
            head, count = line, 0
        at = count // limit if line.chain else 0
        count += bool(line.chain)
        if line.text == "COMMIT":
            for part in found:
                part += [line] if part and part[-1].text != "COMMIT" else []
            continue
        if at == len(found):
            found.append([])
        if at and (not found[at] or found[at][-1].text == "COMMIT"):
            found[at].append(head)
        found[at].append(line)
    return [tuple(part) for part in found]


def set_lines(sets: Iterable[IpSet]) -> tuple[SetLine, ...]:
    """All sets before all entries, since a set may be an entry of another."""
    known = tuple(sets)
    entries = [_entry_line(each.name, entry) for each in known for entry in each.entries]
    return (*map(_create_line, known), *entries)


def _create_line(each: IpSet) -> SetLine:
    try:
        return SetLine(_created(each), each.name, each.line, is_create=True)
    except LabError as error:
        return SetLine(f"create {each.name} {each.type}", each.name, each.line, str(error), is_create=True)


def _entry_line(name: str, entry: SetEntry) -> SetLine:
    try:
        return SetLine(_added(name, entry), name, entry.line)
    except LabError as error:
        return SetLine(entry.text, name, entry.line, str(error))


def _created(each: IpSet) -> str:
    if not SET_NAME.fullmatch(each.name) or not SET_TYPE.fullmatch(each.type):
        raise LabError(f"expected the name and the type of a set, not {each.name!r} {each.type!r}")
    words = ["create", each.name, each.type, *_options(each.options)]
    if each.type.startswith("hash:") and all(option.name != "initval" for option in each.options):
        # The kernel would choose one at random, and with it the order in which entries are listed.
        words.append(f"initval {crc32(each.name.encode()):#010x}")
    return " ".join(words)


def _added(name: str, entry: SetEntry) -> str:
    words = ["add", name, _value(",".join(entry.elements)), *_options(entry.options)]
    return " ".join(words + (["nomatch"] if entry.is_nomatch else []))


def _options(options: tuple[Option, ...]) -> list[str]:
    """A comment that cannot be said is left out: it decides nothing."""
    said = [option for option in options if option.name != "comment" or all(map(_is_value, option.values))]
    return [" ".join([_name(option.name), *map(_value, option.values)]) for option in said]


def _name(text: str) -> str:
    if not OPTION.fullmatch(text):
        raise LabError(f"expected the name of an option, not {text!r}")
    return text


def _is_value(text: str) -> bool:
    """The tool takes what begins with a dash for an option of its own, such as a file to write to."""
    return not text.startswith("-") and not set(text) & set('\n"\\')


def _value(text: str) -> str:
    if not _is_value(text):
        raise LabError(f"expected a value of a set, not {text!r}")
    return text if PLAIN.fullmatch(text) else f'"{text}"'
