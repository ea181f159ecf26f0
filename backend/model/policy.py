"""Policy rules: which routing table answers for which packet."""

from enum import StrEnum

from msgspec import Struct

from backend.model.address import Family, Prefix
from backend.model.route import DEFAULT_TABLE, LOCAL_TABLE, MAIN_TABLE


class RuleAction(StrEnum):
    LOOKUP = "lookup"
    GOTO = "goto"
    NOP = "nop"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"


class PolicyRule(Struct, frozen=True):
    """One line of `ip rule show`. A selector that is absent matches everything; ranges are inclusive."""

    family: Family
    priority: int
    action: RuleAction = RuleAction.LOOKUP
    table: int | None = None
    goto: int | None = None
    inverted: bool = False
    source: Prefix | None = None
    destination: Prefix | None = None
    iif: str | None = None
    oif: str | None = None
    fwmark: int | None = None
    fwmask: int = 0xFFFFFFFF
    tos: int | None = None
    protocol: int | None = None
    source_ports: tuple[int, int] | None = None
    destination_ports: tuple[int, int] | None = None
    uids: tuple[int, int] | None = None
    tunnel_id: int | None = None
    is_l3mdev: bool = False
    suppress_prefixlength: int | None = None
    suppress_ifgroup: str | None = None
    is_unresolved: bool = False
    """A goto whose target does not exist; the kernel skips it."""
    is_detached: bool = False
    """Its iif or oif does not exist ([detached]); it never matches."""
    unknown: tuple[str, ...] = ()
    """Selectors that we cannot evaluate, verbatim: whether the rule matches is then not known."""
    text: str = ""
    section: str = "policy_rules"
    line: int = 0


def default_rules(family: Family) -> tuple[PolicyRule, ...]:
    """The rules that every network namespace is born with."""
    born = [(0, LOCAL_TABLE, "local"), (32766, MAIN_TABLE, "main")]
    if family == 4:
        born.append((32767, DEFAULT_TABLE, "default"))
    return tuple(
        PolicyRule(family=family, priority=priority, table=table, text=f"{priority}: from all lookup {name}")
        for priority, table, name in born
    )
