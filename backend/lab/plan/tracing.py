"""Rules of the lab's own that have netfilter tell what becomes of packets. Pure.

They stand first where a packet meets rules for the first time: in table raw, which is asked before all others
(include/uapi/linux/netfilter_ipv4.h), of what comes in and of what the router itself sends.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.plan.operation import RuleLine
from backend.model.address import Family
from backend.model.firewall import Chain, Rule, Ruleset, Table

TABLE = "raw"
CHAINS = ("PREROUTING", "OUTPUT")


class Tracing(Struct, frozen=True):
    families: tuple[Family, ...] = (4, 6)
    matches: tuple[str, ...] = ("",)
    """Which packets: one rule for each, with these matches; an empty text matches all."""


def silent(ruleset: Ruleset) -> Ruleset:
    """Without what speaks where netfilter tells: of iptables-legacy its words could not be told from those of a rule.
    The rules still match, and a packet goes on behind them as before."""
    return replace(ruleset, tables=tuple(map(_silent_table, ruleset.tables)))


def _silent_table(table: Table) -> Table:
    return replace(table, chains=tuple(map(_silent_chain, table.chains)))


def _silent_chain(chain: Chain) -> Chain:
    return replace(chain, rules=tuple(replace(rule, target=None) if _speaks(rule) else rule for rule in chain.rules))


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
