"""A rule as lines of iptables-restore, written from parsed values. Pure.

The tool reads a line as a command line of iptables. An option that has it do something else than append this one rule
is never said to it: --modprobe would even have it start a program.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, product

from msgspec.structs import replace

from backend.facts.error import LineError
from backend.facts.iptables import BASE, TEXTUAL, parse_rule, rule_text, split_words
from backend.lab.plan.operation import RuleLine
from backend.model.address import Family
from backend.model.firewall import Match, Option, Rule

NAME = re.compile(r"[^\s-]\S*")
MODULE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
ADDRESSED = ("-s", "-d")
ADDRESS = re.compile(r"[\da-fA-F.:]*[\d:][\da-fA-F.:]*(/[\da-fA-F.:]+)?")
"""No name: one may stand for several addresses, for each of which the tool makes a rule."""
OTHER_FAMILY = {4: "-6", 6: "-4"}
"""The tool passes over a rule with this option in silence."""
SPECIAL = ("--help", "--version", "--modprobe")
"""An abbreviation of these does as well."""
NAMES_A_SET = frozenset(("--match-set", "--add-set", "--del-set", "--map-set"))
IN_MARKERS = frozenset(("-s", "-d", "-i", "-o", "-p"))


def written(rule: Rule, family: Family) -> Iterator[RuleLine]:
    """Several where the rule names several addresses: the tool would make as many rules of it."""
    flaw = next(_flaws(rule, family), "")
    for each in [rule] if flaw else _for_each_address(rule):
        yield RuleLine(rule_text(each), rule.table, rule.chain, rule.number, rule.line, flaw)


def _flaws(rule: Rule, family: Family) -> Iterator[str]:
    names = [rule.chain, *([rule.target.name] if rule.target else [])]
    modules = [match.module for match in rule.matches if match.module]
    unfit = [name for name in names if not NAME.fullmatch(name)]
    for name in unfit + [module for module in modules if not MODULE.fullmatch(module)]:
        yield f"expected a name, not {name!r}"
    for option in _options(rule):
        if not _is_of_a_rule(option.name, family):
            yield f"expected a match or a target, not {option.name!r}"
        for value in option.values:
            if "\n" in value or (value.startswith("-") and option.name not in TEXTUAL):
                yield f"expected a value behind {option.name}, not {value!r}"
        if option.name in ADDRESSED:
            yield from (f"expected an address, not {each!r}" for each in _each(option) if not ADDRESS.fullmatch(each))


def _options(rule: Rule) -> Iterator[Option]:
    for match in rule.matches:
        yield from match.options
    yield from rule.target.options if rule.target else ()


@lru_cache(maxsize=4096)
def _is_of_a_rule(name: str, family: Family) -> bool:
    if not name.startswith("--"):
        return name in BASE and name != OTHER_FAMILY[family]
    word = name.partition("=")[0]
    return not any(special.startswith(word) for special in SPECIAL)


def _each(option: Option) -> list[str]:
    return option.values[0].split(",") if option.values else []


def _for_each_address(rule: Rule) -> Iterator[Rule]:
    listed = [option for match in rule.matches for option in match.options if _is_list(option)]
    if not listed:
        yield rule
        return
    for chosen in product(*map(_each, listed)):
        values = dict(zip(map(id, listed), chosen, strict=True))
        matches = tuple(
            Match(match.module, tuple(
                replace(option, values=(values[id(option)],)) if id(option) in values else option
                for option in match.options
            ))
            for match in rule.matches
        )  # fmt: skip
        yield replace(rule, matches=matches)


def _is_list(option: Option) -> bool:
    return option.name in ADDRESSED and not option.negated and len(_each(option)) > 1


def stand_ins(line: RuleLine) -> tuple[RuleLine, ...]:
    """What may stand in the place of a rule that is refused, the best first: they match what the rule might match, or
    more, and do nothing."""
    bare = replace(line, text=f"-A {line.chain}", flaw="")
    try:
        rule = parse_rule(split_words(line.text)[2:], line.table, line.chain, line.number, None, "", line.line)
    except LineError:
        return (bare,)
    basic = tuple(option for match in rule.matches for option in match.options if _is_basic(option))
    if not basic:
        return (bare,)
    return replace(bare, text=rule_text(replace(rule, matches=(Match("", basic),), target=None))), bare


def _is_basic(option: Option) -> bool:
    if option.name not in IN_MARKERS or len(option.values) != 1 or not NAME.fullmatch(option.values[0]):
        return False
    return option.name not in ADDRESSED or ADDRESS.fullmatch(option.values[0]) is not None


def sets_named(line: RuleLine) -> list[str]:
    words = split_words(line.text) if "-set " in line.text else []
    return [name for option, name in pairwise(words) if option in NAMES_A_SET]
