"""A set, ready to be asked."""

from collections.abc import Mapping

from msgspec import Struct

from backend.model.address import Family
from backend.sim.netfilter.sets.bound import Interfaces
from backend.sim.netfilter.sets.keyed import Change, Keyed
from backend.sim.netfilter.sets.member import Member

UNCERTAIN: tuple[str, ...] = ()
"""Stands for an element of which nobody knows whether a rule has changed it."""


class Room(Struct, frozen=True):
    """What of a set decides whether one more element fits."""

    has_limit: bool = False
    most: int = 65536
    buckets: int = 1024
    has_timeout: bool = False
    """Members that end make room."""
    is_forced: bool = False
    """Option forceadd: any other element is thrown out."""
    span: tuple[int, int] | None = None
    """Of a bitmap: the first and the last number."""


class CompiledSet(Struct, frozen=True, eq=False):
    name: str
    type: str
    family: Family | None
    """None: packets of both."""
    dimension: int
    content: "Keyed | Interfaces | Listed"
    has_counters: bool = False
    has_nomatch: bool = False
    """Its type has networks (IPSET_TYPE_NOMATCH)."""
    has_marks: bool = False
    """Option skbinfo."""
    room: Room = Room()
    flaw: str = ""
    """Why nobody can say who its members are."""

    def takes(self, family: Family, flags: int) -> bool:
        """Whether a rule of that family with so many src and dst may have a match (ip_set_test())."""
        return flags >= self.dimension and self.family in (None, family)


class Listed(Struct, frozen=True, eq=False):
    """Sets in a set, in their order."""

    members: tuple[tuple[CompiledSet, Member], ...]


def content_after(
    compiled: CompiledSet, changes: Mapping[tuple[str, tuple[str, ...]], bool]
) -> "Keyed | Interfaces | None":
    """Who is in it after what rules did on a packet's way; None if nobody can say."""
    mine: list[Change] = [(key[1], is_added) for key, is_added in changes.items() if key[0] == compiled.name]
    content = compiled.content
    if isinstance(content, Listed) or (UNCERTAIN, True) in mine:
        return None
    return content.changed(mine) if mine else content
