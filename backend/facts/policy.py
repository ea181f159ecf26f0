"""`ip rule show` as policy rules."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.facts import names
from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.facts.words import Words, number, prefix
from backend.model.address import ANY, Family
from backend.model.policy import PolicyRule, RuleAction
from backend.model.services import PORTS


class _Draft:
    """A policy rule while its words are being read; `fields` are those of PolicyRule."""

    __slots__ = ("family", "fields", "flaws", "tables", "unknown")

    def __init__(self, family: Family, tables: Mapping[str, int]) -> None:
        self.family = family
        self.tables = tables
        self.fields: dict[str, Any] = {}
        self.unknown: list[str] = []
        self.flaws: list[str] = []


def read_rules(section: Section, family: Family, tables: Mapping[str, int], notes: Notes) -> tuple[PolicyRule, ...]:
    found = []
    for line, text in section:
        head, colon, rest = text.partition(":")
        try:
            if not colon or not head.strip().isdecimal():
                raise LineError("expected a policy rule such as '100: from all lookup 100'")
            draft = _Draft(family, tables)
            draft.fields["priority"] = int(head)
            _read(draft, Words(rest.split()))
            found.append(_finished(draft, text.strip(), section.name, line))
        except LineError as error:
            notes.add(section.name, line, text, str(error))
        else:
            for flaw in draft.flaws:
                notes.add(section.name, line, text, flaw)
    return tuple(found)


def parse_rule(text: str, family: Family, tables: Mapping[str, int] = names.TABLES, priority: int = 0) -> PolicyRule:
    """The rule that `ip rule add TEXT` makes; `priority` is for a rule that does not say its own."""
    draft = _Draft(family, tables)
    draft.fields["priority"] = priority
    _read(draft, Words(text.split()))
    if draft.flaws:
        raise LineError(draft.flaws[0])
    return _finished(draft, text, "policy_rules", 0)


def _finished(draft: _Draft, text: str, section: str, line: int) -> PolicyRule:
    fields = draft.fields
    if "action" not in fields and "table" not in fields and not fields.get("is_l3mdev"):
        if not draft.unknown:
            raise LineError("expected lookup, goto, nop, blackhole, unreachable or prohibit")
        fields["action"] = RuleAction.NOP
    unknown = tuple(draft.unknown)
    return PolicyRule(family=draft.family, unknown=unknown, text=text, section=section, line=line, **fields)


def _read(draft: _Draft, words: Words) -> None:
    while words:
        word = words.take("a word")
        reader = READERS.get(word) or NUMBERED.get(word)
        if reader is None:
            _read_unknown(word, draft, words)
            continue
        try:
            reader(draft, words)
        except LineError as error:
            # The selector is there, only what it selects is not clear: whether the rule matches is not known.
            draft.unknown.append(word if words.last == word else f"{word} {words.last}")
            draft.flaws.append(str(error))


def _read_unknown(word: str, draft: _Draft, words: Words) -> None:
    parts = [word]
    while words and words.peek() not in READERS:
        parts.append(words.take("a word"))
    draft.unknown.append(" ".join(parts))
    draft.flaws.append(f"expected a selector of ip rule, not {' '.join(parts)!r}")


def _read_prefix(field: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        value = prefix(words.take("a prefix"), draft.family, is_strict=False)
        draft.fields[field] = None if value == ANY[draft.family] else value

    return read


def _read_interface(field: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        draft.fields[field] = words.take("an interface")

    return read


def _read_ports(field: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        text = words.take("a port")
        first, dash, last = (text, "", "") if text in PORTS else text.partition("-")
        low = names.port(first)
        draft.fields[field] = (low, names.port(last) if dash else low)

    return read


def _read_users(draft: _Draft, words: Words) -> None:
    first, dash, last = words.take("user ids").partition("-")
    low = number(first, "a user id")
    draft.fields["uids"] = (low, number(last, "a user id") if dash else low)


def _read_flag(field: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        draft.fields[field] = True

    return read


def _read_number(field: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        draft.fields[field] = words.take_number("a number", 0)

    return read


def _read_action(name: str) -> Callable[[_Draft, Words], None]:
    def read(draft: _Draft, words: Words) -> None:
        draft.fields["action"] = RuleAction(name)

    return read


def _read_mark(draft: _Draft, words: Words) -> None:
    value, slash, mask = words.take("a mark").partition("/")
    draft.fields["fwmark"] = number(value, "a mark", 0)
    draft.fields["fwmask"] = number(mask, "a mask", 0) if slash else 0xFFFFFFFF


def _read_tos(draft: _Draft, words: Words) -> None:
    draft.fields["tos"] = names.tos(words.take("a type of service"))


def _read_protocol(draft: _Draft, words: Words) -> None:
    draft.fields["protocol"] = names.ip_protocol(words.take("an IP protocol"))


def _read_table(draft: _Draft, words: Words) -> None:
    name = words.take("a table")
    draft.fields["action"] = RuleAction.LOOKUP
    if name == "[l3mdev-table]":
        draft.fields["is_l3mdev"] = True
    elif name in draft.tables:
        draft.fields["table"] = draft.tables[name]
    elif name.isdecimal() or name.startswith("0x"):
        draft.fields["table"] = number(name, "a table", 0)
    else:
        draft.unknown.append(f"lookup {name}")
        draft.flaws.append(f"expected a routing table of these facts, not {name!r}")


def _read_goto(draft: _Draft, words: Words) -> None:
    draft.fields["action"] = RuleAction.GOTO
    target = words.take("a priority")
    draft.fields["goto"] = None if target == "none" else number(target, "a priority")


def _read_type(draft: _Draft, words: Words) -> None:
    kind = words.take("a kind of rule")
    if kind not in ("unicast", "table"):
        try:
            draft.fields["action"] = RuleAction(kind)
        except ValueError:
            raise LineError(f"expected a kind of rule, not {kind!r}") from None


def _skip(draft: _Draft, words: Words) -> None:
    words.take("a value")


def _read_group(draft: _Draft, words: Words) -> None:
    draft.fields["suppress_ifgroup"] = words.take("an interface group")


READERS: dict[str, Callable[[_Draft, Words], None]] = {
    "not": _read_flag("inverted"),
    "from": _read_prefix("source"), "to": _read_prefix("destination"),
    "iif": _read_interface("iif"), "dev": _read_interface("iif"), "oif": _read_interface("oif"),
    "fwmark": _read_mark, "tos": _read_tos, "dsfield": _read_tos, "ipproto": _read_protocol,
    "sport": _read_ports("source_ports"), "dport": _read_ports("destination_ports"),
    "uidrange": _read_users, "tun_id": _read_number("tunnel_id"),
    "l3mdev": _read_flag("is_l3mdev"), "lookup": _read_table, "table": _read_table,
    "suppress_prefixlength": _read_number("suppress_prefixlength"),
    "suppress_prefixlen": _read_number("suppress_prefixlength"), "sup_pl": _read_number("suppress_prefixlength"),
    "suppress_ifgroup": _read_group, "sup_group": _read_group,
    "goto": _read_goto, "nop": _read_action("nop"), "blackhole": _read_action("blackhole"),
    "unreachable": _read_action("unreachable"), "prohibit": _read_action("prohibit"), "type": _read_type,
    "priority": _read_number("priority"), "preference": _read_number("priority"), "pref": _read_number("priority"),
    "order": _read_number("priority"), "[detached]": _read_flag("is_detached"),
    "[unresolved]": _read_flag("is_unresolved"), "realms": _skip, "realm": _skip, "proto": _skip,
    "protocol": _skip,
}  # fmt: skip
NUMBERED = {"6": READERS["blackhole"], "7": READERS["unreachable"], "8": READERS["prohibit"]}
"""As `ip -N` prints them. A number that belongs to a selector is taken with it."""
