"""Rules and sets as lines of iptables-restore and ipset restore, written from parsed values. Pure.

What cannot be written so that it is one line of the tool and nothing else has a flaw, and is not said to the tool.
"""

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from backend.facts.iptables import rule_text
from backend.lab.error import LabError
from backend.lab.plan.operation import RuleLine, SetLine
from backend.model.firewall import IpSet, Option, Rule, Ruleset, SetEntry, Table

SET_NAME = re.compile(r"[^\s\"'\\,#]{1,31}")
SET_TYPE = re.compile(r"[a-z]+:[a-z,]+")
PLAIN = re.compile(r"[^\s\"'\\]+")
WORD = re.compile(r"\S+")


def rule_lines(ruleset: Ruleset) -> tuple[RuleLine, ...]:
    return tuple(line for table in ruleset.tables for line in _table_lines(table))


def _table_lines(table: Table) -> Iterator[RuleLine]:
    yield RuleLine(f"*{table.name}", table.name, flaw=_flaw(table.name))
    for chain in table.chains:
        yield RuleLine(f":{chain.name} {chain.policy or '-'} [0:0]", table.name, flaw=_flaw(chain.name))
    for chain in table.chains:
        for rule in chain.rules:
            yield rule_line(rule, rule_text(rule))
    yield RuleLine("COMMIT", table.name)


def _flaw(name: str) -> str:
    return "" if WORD.fullmatch(name) else "expected a name without spaces"


def rule_line(rule: Rule, text: str) -> RuleLine:
    """`text` stands for the rule, in its place."""
    flaw = "expected one line" if "\n" in text else ""
    return RuleLine(text, rule.table, rule.chain, rule.number, rule.line, flaw)


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
        return SetLine(_created(each), each.name, each.line)
    except LabError as error:
        return SetLine(f"create {each.name} {each.type}", each.name, each.line, str(error))


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
    return [" ".join([_value(option.name), *map(_value, option.values)]) for option in options]


def _value(text: str) -> str:
    if "\n" in text or '"' in text or "\\" in text:
        raise LabError(f"expected a value of a set without quotes, not {text!r}")
    return text if PLAIN.fullmatch(text) else f'"{text}"'
