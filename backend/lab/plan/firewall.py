"""Rules and sets as input of iptables-restore and ipset restore, written from parsed values."""

import re
from zlib import crc32

from backend.facts.iptables import rule_text
from backend.lab.error import LabError
from backend.model.firewall import Chain, IpSet, Option, Ruleset, SetEntry

SET_NAME = re.compile(r"[^\s\"'\\,#]{1,31}")
SET_TYPE = re.compile(r"[a-z]+:[a-z,]+")
PLAIN = re.compile(r"[^\s\"'\\]+")


def rules_text(ruleset: Ruleset) -> str:
    lines = []
    for table in ruleset.tables:
        lines.append(f"*{_line(table.name)}")
        lines += [f":{_line(chain.name)} {_policy(chain)} [0:0]" for chain in table.chains]
        lines += [_line(rule_text(rule)) for chain in table.chains for rule in chain.rules]
        lines.append("COMMIT")
    return "".join(f"{line}\n" for line in lines)


def parts(text: str, limit: int) -> list[str]:
    """Rules in several texts, each with at most `limit` of a table; the first makes all chains, the others append.

    For who is not root, one transaction must fit the send buffer of a netlink socket, which only root may enlarge.
    """
    found: list[list[str]] = [[]]
    table, count = "", 0
    for line in text.splitlines():
        if line.startswith("*"):
            table, count = line, 0
        at = count // limit if line.startswith("-A") else 0
        count += line.startswith("-A")
        if line == "COMMIT":
            for part in found:
                part += [line] if part and part[-1] != line else []
            continue
        if at == len(found):
            found.append([])
        if at and (not found[at] or found[at][-1] == "COMMIT"):
            found[at].append(table)
        found[at].append(line)
    return ["".join(f"{line}\n" for line in part) for part in found]


def _policy(chain: Chain) -> str:
    return _line(chain.policy or "-")


def _line(text: str) -> str:
    if "\n" in text:
        raise LabError(f"expected one line, not {text!r}")
    return text


def sets_text(sets: tuple[IpSet, ...]) -> str:
    """All sets before all entries, since a set may be an entry of another."""
    lines = [_created(each) for each in sets]
    lines += [_added(each, entry) for each in sets for entry in each.entries]
    return "".join(f"{line}\n" for line in lines)


def _created(each: IpSet) -> str:
    if not SET_NAME.fullmatch(each.name) or not SET_TYPE.fullmatch(each.type):
        raise LabError(f"expected the name and the type of a set, not {each.name!r} {each.type!r}")
    words = ["create", each.name, each.type, *_options(each.options)]
    if each.type.startswith("hash:") and all(option.name != "initval" for option in each.options):
        # The kernel would choose one at random, and with it the order in which entries are listed.
        words.append(f"initval {crc32(each.name.encode()):#010x}")
    return " ".join(words)


def _added(each: IpSet, entry: SetEntry) -> str:
    words = ["add", each.name, _value(",".join(entry.elements)), *_options(entry.options)]
    return " ".join(words + (["nomatch"] if entry.is_nomatch else []))


def _options(options: tuple[Option, ...]) -> list[str]:
    return [" ".join([_value(option.name), *map(_value, option.values)]) for option in options]


def _value(text: str) -> str:
    if "\n" in text or '"' in text or "\\" in text:
        raise LabError(f"expected a value of a set without quotes, not {text!r}")
    return text if PLAIN.fullmatch(text) else f'"{text}"'
