"""A packet meets the rules of one router: all that a rule may look at and change."""

from enum import IntEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from backend.sim.netfilter.connection import Connection, State, Template
from backend.sim.packet import Packet

if TYPE_CHECKING:
    from backend.sim.router import CompiledRouter


class Hook(IntEnum):
    PREROUTING = 0
    INPUT = 1
    FORWARD = 2
    OUTPUT = 3
    POSTROUTING = 4


class Meeting(Struct, eq=False):
    """Rules change it as the packet goes through them."""

    router: "CompiledRouter"
    packet: Packet
    hook: Hook
    iif: str = ""
    """Empty for what the router sends itself. POSTROUTING has it too, since Linux 5.7 (ip_output)."""
    oif: str = ""
    """Empty before a route is known: in PREROUTING and INPUT."""
    via: int | None = None
    """The next hop that the route names, if it names one."""
    state: State = State.INVALID
    """One of NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED; before conntrack has seen the packet, INVALID."""
    connection: Connection | None = None
    template: Template | None = None
    is_reply: bool = False
    """It goes against the direction in which its connection was opened."""
    changed_sets: dict[tuple[str, tuple[str, ...]], bool] = {}
    """Members that target SET has added (True) or deleted (False) on the way: set and elements."""
