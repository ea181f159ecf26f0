"""Finds the rules that iptables-nft refuses: tool and kernel name them, but once one is refused, the kernel may refuse
all others of the same transaction for it (nf_tables_newrule in net/netfilter/nf_tables_api.c validates the table)."""

from collections import deque
from collections.abc import Sequence

from backend.lab.build.restore import RULES_OF_A_PART, Restore
from backend.lab.build.slot import Table, standing


def settle(restore: Restore, found: Sequence[Table]) -> None:
    """Loads all rules that are not refused, some after the others, so that what is good is not loaded again."""
    made = [table for table in found if not table.reason]
    restore.load([line for table in made for line in table.whole(())])
    for table in made:
        _append(restore, table)


def _append(restore: Restore, table: Table) -> None:
    slots = table.slots
    waiting = deque(slots[at : at + RULES_OF_A_PART] for at in range(0, len(slots), RULES_OF_A_PART))
    while waiting:
        some = waiting.popleft()
        said = restore.append(table.only(standing(some)))
        if said is None:
            for slot in some:
                slot.is_checked = True
            continue
        named = next((slot for slot in some if slot.line is not None and slot.line is said.line), None)
        if named or len(some) == 1:
            (named or some[0]).refuse(said.reason)
            waiting.appendleft(some)
        else:
            waiting.extendleft((some[len(some) // 2 :], some[: len(some) // 2]))
