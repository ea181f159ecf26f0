"""Finds each rule that a tool or the kernel refuses, and loads all others."""

from collections.abc import Sequence

from msgspec import Struct

from backend.lab.build import legacy, nft
from backend.lab.build.restore import RULES_OF_A_PART, ExhaustedError, Restore
from backend.lab.build.slot import Slot, Table, standing, tables
from backend.lab.plan.operation import Backend, RuleLine

MORE_RUNS = 100
NOT_TRIED = "not tried, since so much else was refused"


class Outcome(Struct, frozen=True):
    lines: tuple[RuleLine, ...]
    """As they are loaded."""
    refused: tuple[tuple[RuleLine, str], ...] = ()
    markers: frozenset[tuple[str, str, int]] = frozenset()
    """Table, chain and number of rules that are not loaded as they are; number 0 is the policy of the chain."""
    lacking: frozenset[str] = frozenset()
    """Tables that could not be made."""


def load_rules(restore: Restore, lines: Sequence[RuleLine]) -> Outcome:
    found = list(tables(lines))
    try:
        if not any(line.flaw for line in lines) and restore.load(lines) is None:
            return Outcome(tuple(lines))
        for table in found:
            _make(restore, table)
        _settle(restore, found)
    except ExhaustedError:
        _give_up(restore, found)
    return _outcome(found)


def _make(restore: Restore, table: Table) -> None:
    """The table and its chains."""
    while not table.reason and (said := restore.load(table.whole(()))):
        chain = next((chain for chain in table.chains if chain is said.line), None)
        if chain is None:
            table.reason = said.reason
        else:
            table.refuse_chain(chain, said.reason)


def _settle(restore: Restore, found: Sequence[Table]) -> None:
    settle = nft.settle if restore.backend is Backend.NFT else legacy.settle
    settle(restore, found)


def _give_up(restore: Restore, found: Sequence[Table]) -> None:
    slots = [slot for table in found for slot in table.slots]
    for slot in slots:
        if not slot.is_checked:
            slot.give_up(NOT_TRIED)
    restore.runs = MORE_RUNS + len(slots) // RULES_OF_A_PART
    try:
        _settle(restore, found)
    except ExhaustedError:
        for table in found:
            table.reason = table.reason or NOT_TRIED


def _outcome(found: Sequence[Table]) -> Outcome:
    made = [table for table in found if not table.reason]
    slots = [slot for table in made for slot in table.slots if slot.reason and slot.wanted.number >= 0]
    return Outcome(
        tuple(line for table in made for line in table.whole(standing(table.slots))),
        (
            *[(table.head, table.reason) for table in found if table.reason],
            *[each for table in made for each in table.refused],
            *[(slot.wanted, slot.reason) for slot in slots],
        ),
        frozenset(
            [(table.name, chain, 0) for table in made for chain in table.policies]
            + [_place(slot) for slot in slots if slot.line is not None]
        ),
        frozenset(table.name for table in found if table.reason),
    )


def _place(slot: Slot) -> tuple[str, str, int]:
    return slot.wanted.table, slot.wanted.chain, slot.wanted.number
