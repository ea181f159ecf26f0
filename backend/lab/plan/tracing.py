"""Rules of the lab's own that have netfilter tell what becomes of packets. Pure.

They stand first where a packet meets rules for the first time: in table raw, which is asked before all others
(include/uapi/linux/netfilter_ipv4.h), of what comes in and of what the router itself sends.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.plan.operation import RuleLine
from backend.model.address import Family
from backend.model.firewall import Chain, Match, Rule, Ruleset, Table

TABLE = "raw"
CHAINS = ("PREROUTING", "OUTPUT")
CHANGING = frozenset((
    "limit", "hashlimit", "recent", "connlimit", "statistic", "time", "quota", "quota2", "connbytes", "rateest",
    "nfacct", "condition", "owner", "cgroup", "mac", "string", "u32", "bpf",
))  # fmt: skip
"""Matches that look at rate, time, chance or history, or at what nobody knows of the sender: the same flow may fare
otherwise another time."""
TELLING = frozenset(("", "LOG", "NFLOG", "ULOG", "TRACE", "AUDIT"))
"""Targets of rules that may match or not: it makes no difference to the packet."""


class Tracing(Struct, frozen=True):
    families: tuple[Family, ...] = (4, 6)
    matches: tuple[str, ...] = ("",)
    """Which packets: one rule for each, with these matches; an empty text matches all."""


def telling(ruleset: Ruleset) -> Ruleset:
    """Without what speaks where netfilter tells: of iptables-legacy its words could not be told from those of a rule.
    Such a rule still matches, and a packet goes on behind it as before.

    And before each rule that may match another time, one that matches then too and does nothing; its number is that of
    the rule below zero.
    """
    return replace(ruleset, tables=tuple(map(_telling_table, ruleset.tables)))


def changing(rule: Rule) -> tuple[str, ...]:
    """The matches by which it may decide otherwise another time."""
    if rule.target is None or rule.target.name in TELLING:
        return ()
    return tuple(match.module for match in rule.matches if match.module in CHANGING and not _is_always(match))


def _is_always(match: Match) -> bool:
    """`recent --set` notes the packet and matches, whoever was seen before (recent_mt in net/netfilter/xt_recent.c)."""
    return match.module == "recent" and any(option.name == "--set" for option in match.options)


def _telling_table(table: Table) -> Table:
    return replace(table, chains=tuple(map(_telling_chain, table.chains)))


def _telling_chain(chain: Chain) -> Chain:
    return replace(chain, rules=tuple(each for rule in chain.rules for each in _telling_rules(rule)))


def _telling_rules(rule: Rule) -> Iterator[Rule]:
    if changing(rule):
        steady = tuple(match for match in rule.matches if match.module not in CHANGING)
        yield replace(rule, number=-rule.number, matches=steady, target=None)
    yield replace(rule, target=None) if _speaks(rule) else rule


def _speaks(rule: Rule) -> bool:
    return rule.target is not None and rule.target.name == "NFLOG"


def traced(lines: Iterable[RuleLine], matches: Sequence[str]) -> tuple[RuleLine, ...]:
    """The same rules behind those of the lab."""
    known = tuple(lines)
    mine = [line for line in known if line.table == TABLE]
    rules = [RuleLine(_rule(chain, match), TABLE, chain) for chain in CHAINS for match in matches]
    declared = {line.text.partition(" ")[0] for line in mine}
    missing = [RuleLine(f":{chain} ACCEPT [0:0]", TABLE) for chain in CHAINS if f":{chain}" not in declared]
    head = [line for line in mine if line.text[0] in "*:"] or [RuleLine(f"*{TABLE}", TABLE)]
    rest = [line for line in mine if line.text[0] not in "*:"] or [RuleLine("COMMIT", TABLE)]
    return (*head, *missing, *rules, *rest, *[line for line in known if line.table != TABLE])


def _rule(chain: str, match: str) -> str:
    return " ".join(word for word in ("-A", chain, match, "-j TRACE") if word)
