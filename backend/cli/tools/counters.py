"""Two snapshots of the same rules: which of them counted packets in between."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec import Struct

from backend.cli.error import UsageError
from backend.model.firewall import Chain, Counters, Ruleset, Table

T = TypeVar("T", Table, Chain)


class Counted(Struct, frozen=True):
    table: str
    chain: str
    number: int | None
    """None: the policy of the chain."""
    action: str
    text: str
    before: int
    after: int
    packets: int
    bytes: int
    comment: str | None = None
    line: int | None = None
    """In the second snapshot."""


def differences(before: Ruleset, after: Ruleset) -> Iterator[Counted]:
    """UsageError: it is not the same rules, or they were not counted."""
    for table, then in _pairs(before.tables, after.tables, "table"):
        for chain, later in _pairs(table.chains, then.chains, f"chain of table {table.name}"):
            yield from _of_chain(table, chain, later)


def _of_chain(table: Table, chain: Chain, later: Chain) -> Iterator[Counted]:
    if [rule.text for rule in chain.rules] != [rule.text for rule in later.rules]:
        raise UsageError(f"{table.name} {chain.name}: the rules are others in the second snapshot")
    for rule, then in zip(chain.rules, later.rules, strict=True):
        target = then.target.name if then.target is not None else ""
        place = f"{table.name} {chain.name} rule {rule.number}"
        counts = _counts(rule.counters, then.counters, place)
        if counts[2]:
            yield Counted(
                table.name, chain.name, then.number, target, then.text, *counts, then.comment, then.line or None
            )
    if chain.policy is not None:
        counts = _counts(chain.counters, later.counters, f"{table.name} {chain.name} policy")
        if counts[2]:
            yield Counted(table.name, chain.name, None, chain.policy, f"policy {chain.policy}", *counts)


def _counts(before: Counters | None, after: Counters | None, place: str) -> tuple[int, int, int, int]:
    if before is None or after is None:
        raise UsageError(f"{place}: has no counters; iptables-save needs -c")
    if after.packets < before.packets:
        raise UsageError(f"{place}: counted {before.packets} before and {after.packets} after; were they set to zero?")
    return before.packets, after.packets, after.packets - before.packets, after.bytes - before.bytes


def _pairs(before: Sequence[T], after: Sequence[T], what: str) -> Iterator[tuple[T, T]]:
    names = [each.name for each in before]
    if names != [each.name for each in after]:
        other = set(names) ^ {each.name for each in after}
        raise UsageError(f"{what} {', '.join(sorted(other)) or names[0]}: is not in both snapshots in the same place")
    return zip(before, after, strict=True)
