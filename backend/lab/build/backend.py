"""Which of the two kinds of iptables works here.

Legacy is preferred: it is faster, and takes any number of rules at once from an ordinary user too. Where its tables
are no part of the kernel and their modules are not loaded, no ordinary user can load them.
"""

import os
from collections.abc import Iterable

from msgspec import Struct

from backend.lab.build import tool
from backend.lab.kernel.namespace import new_network
from backend.lab.plan.operation import Backend
from backend.model.address import Family

TRIAL = """*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j TRACE
COMMIT
*mangle
:FORWARD ACCEPT [0:0]
-A FORWARD -j MARK --set-xmark 0x1/0xffffffff
COMMIT
*nat
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p tcp -j ACCEPT
COMMIT
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp -j DROP
COMMIT
"""


class Choice(Struct, frozen=True):
    backend: Backend | None
    refusals: tuple[str, ...] = ()
    """What the tools said, where none of them works."""


def choose(families: Iterable[Family], among: Iterable[Backend]) -> Choice:
    """The first that loads rules of all families; or else of one."""
    asked = tuple(families)
    if not asked:
        return Choice(None)
    refusals: list[str] = []
    partial = None
    for backend in among:
        refused = [said for family in asked if (said := _refusal(backend, family))]
        if not refused:
            return Choice(backend)
        partial = partial or (backend if len(refused) < len(asked) else None)
        refusals += refused
    return Choice(partial, tuple(refusals) if partial is None else ())


def restoring(backend: Backend, family: Family) -> str:
    """The tool that loads rules of one family."""
    return f"{'iptables' if family == 4 else 'ip6tables'}-{backend}-restore"


def _refusal(backend: Backend, family: Family) -> str:
    """What the tool says in a namespace that is made for it; nothing when it works."""
    command = restoring(backend, family)
    with new_network() as descriptor:
        pass
    try:
        said = tool.run(descriptor, [command], TRIAL)
    finally:
        os.close(descriptor)
    return "" if said.is_done else f"{command}: {said.errors or f'ended with code {said.code}'}"
