"""Finds the rules that iptables-legacy refuses: the tool names the line that it cannot read, but the kernel takes or
refuses a table as a whole and says no more."""

from collections.abc import Callable, Sequence

from backend.lab.build.restore import ExhaustedError, Refused, Restore
from backend.lab.build.slot import Slot, Table, standing
from backend.lab.plan.operation import RuleLine

AT_ONCE = 1000
"""Rules that are checked with one start of the tool."""


def settle(restore: Restore, found: Sequence[Table]) -> None:
    """Loads all rules that are not refused."""
    for table in found:
        if not table.reason:
            _check(restore, table)
    while said := restore.load([line for table in found if not table.reason for line in _whole(table)]):
        slot = next((slot for table in found for slot in table.slots if slot.line is said.line), None)
        if slot is not None and said.line is not None:
            slot.refuse(said.reason)
        else:
            _blame(restore, found)


def _whole(table: Table) -> list[RuleLine]:
    return table.whole(standing(table.slots))


def _check(restore: Restore, table: Table) -> None:
    """What is refused of the rules one by one."""
    waiting = [slot for slot in table.slots if slot.line is not None and not slot.is_checked]
    at = 0
    while at < len(waiting):
        batch = waiting[at : at + AT_ONCE]
        refused = _first(batch, lambda rules: restore.check(table.top, rules))
        good, reason = refused or (len(batch), "")
        for slot in batch[:good]:
            slot.is_checked = True
        at += good
        if refused:
            waiting[at].refuse(reason)
            at += waiting[at].line is None


def _blame(restore: Restore, found: Sequence[Table]) -> None:
    """The rule with which a table is refused and without which it is not: each may be good by itself, and jump in a
    circle, or to a target that must not be asked in the hook where the jump starts."""
    for table in found:
        if table.reason:
            continue
        if said := restore.load(table.whole(())):
            table.reason = said.reason
            return
        slots = [slot for slot in table.slots if slot.line is not None]
        refused = _first(slots, lambda rules: restore.load(table.whole(rules)))  # noqa: B023
        if refused:
            slots[refused[0]].refuse(refused[1])
            return
    raise ExhaustedError("each table is taken alone, and not all of them together")


def _first(slots: Sequence[Slot], check: Callable[[Sequence[RuleLine]], Refused | None]) -> tuple[int, str] | None:
    """Place of the first that is refused, and why; by halving where nobody says which one it is."""
    rules = standing(slots)
    said = check(rules)
    if said is None:
        return None
    good, bad = 0, len(rules)
    while (place := _place(rules, said)) is None and bad - good > 1:
        middle = (good + bad) // 2
        part = check(rules[:middle])
        if part is None:
            good = middle
        else:
            bad, said = middle, part
    return bad - 1 if place is None else place, said.reason


def _place(rules: Sequence[RuleLine], said: Refused) -> int | None:
    return next((at for at, rule in enumerate(rules) if rule is said.line), None)
