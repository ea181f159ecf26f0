"""What the facts of two networks say differently: line by line, of each router's interfaces, routes, rules and sets.

    side(before, fingerprints(after))   what of one network may not be in the other
    changes(that, after)                what has been removed and added

In two steps, since each network is in a process of its own: most of it is the same, and need not be sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

from msgspec import Struct

from backend.model.network import Network
from backend.wire.lines import LineChange, line_changes
from backend.wire.sections import Kind, Section, sections

MOST_LINES = 200_000
"""That are compared; of more, sections are left out."""
MOST_SECTIONS = 2000
MOST_SHOWN = 5000
MOST_SHOWN_OF_ONE = 500
Fingerprints = Mapping[str, Mapping[str, str]]
"""Of each section of each router."""


class Side(Struct, frozen=True):
    """Of the network before."""

    label: str
    routers: dict[str, dict[str, Section | None]]
    """By name and key; None: it is the same."""
    left_out: dict[str, int]
    """Of each router, how many sections are not the same and not here."""


class SectionChanges(Struct, frozen=True):
    kind: Kind
    family: Literal[4, 6] | None
    table: str | None
    """Of the firewall."""
    name: str
    """Of a routing table, chain or set."""
    change: Literal["removed", "added", "changed"]
    """Of all of it."""
    removed: int
    added: int
    lines: tuple[LineChange, ...]
    """In their order, and not more than some."""


class RouterChanges(Struct, frozen=True):
    name: str
    sections: tuple[SectionChanges, ...]


class NetworkChanges(Struct, frozen=True):
    before: str
    """Labels."""
    after: str
    removed: tuple[str, ...]
    """Routers."""
    added: tuple[str, ...]
    routers: tuple[RouterChanges, ...]
    """That are in both, and are not the same."""
    same: int
    """Routers that are."""
    cut: int
    """Lines that are counted and not told: there are too many."""
    notes: tuple[str, ...]
    """What has been left out altogether."""


def fingerprints(network: Network) -> Fingerprints:
    return {router.name: {each.key: each.fingerprint for each in sections(router)} for router in network.routers}


def side(network: Network, others: Fingerprints) -> Side:
    """What it says that `others` do not."""
    left, left_out = MOST_LINES, dict[str, int]()
    routers: dict[str, dict[str, Section | None]] = {}
    for router in network.routers:
        known = others.get(router.name)
        told: dict[str, Section | None] = {}
        for section in sections(router) if known is not None else ():
            if known is not None and known.get(section.key) == section.fingerprint:
                told[section.key] = None
            elif len(section.lines) <= left:
                left -= len(section.lines)
                told[section.key] = section
            else:
                told[section.key] = None
                left_out[router.name] = left_out.get(router.name, 0) + 1
        routers[router.name] = told
    return Side(network.label, routers, left_out)


def changes(before: Side, network: Network) -> NetworkChanges:
    names = {router.name for router in network.routers}
    teller, routers = _Teller(), []
    for router in network.routers:
        if (known := before.routers.get(router.name)) is not None:
            told = tuple(teller.told(router.name, known, {each.key: each for each in sections(router)}))
            if told:
                routers.append(RouterChanges(router.name, told))
    left_out = teller.left_out + sum(before.left_out.values())
    differing = {each.name for each in routers} | teller.routers_left_out | before.left_out.keys()
    return NetworkChanges(
        before=before.label,
        after=network.label,
        removed=tuple(name for name in before.routers if name not in names),
        added=tuple(router.name for router in network.routers if router.name not in before.routers),
        routers=tuple(routers),
        same=len((names & before.routers.keys()) - differing),
        cut=teller.cut,
        notes=(f"{left_out} more sections differ, too many to be told",) if left_out else (),
    )


class _Teller:
    """Up to some lines of all."""

    def __init__(self) -> None:
        self.shown = 0
        self.sections = 0
        self.cut = 0
        self.left_out = 0
        self.routers_left_out: set[str] = set()

    def told(
        self, name: str, before: Mapping[str, Section | None], after: Mapping[str, Section]
    ) -> Iterator[SectionChanges]:
        differing = [key for key, section in after.items() if before.get(key, section) is not None]
        differing += [key for key, section in before.items() if section is not None and key not in after]
        found = list(self._sections(differing, before, after))
        yield from found
        if differing and not found:
            self.routers_left_out.add(name)

    def _sections(
        self, differing: Sequence[str], before: Mapping[str, Section | None], after: Mapping[str, Section]
    ) -> Iterator[SectionChanges]:
        for key in differing:
            if self.sections >= MOST_SECTIONS:
                self.left_out += 1
                continue
            self.sections += 1
            yield self._section(before.get(key), after.get(key))

    def _section(self, before: Section | None, after: Section | None) -> SectionChanges:
        one = before or after
        assert one is not None
        lines = list(line_changes(before.lines if before else (), after.lines if after else (), one.is_ordered))
        shown = tuple(islice(lines, min(MOST_SHOWN_OF_ONE, MOST_SHOWN - self.shown)))
        self.shown += len(shown)
        self.cut += len(lines) - len(shown)
        return SectionChanges(
            kind=one.kind,
            family=one.family,
            table=one.table,
            name=one.name,
            change="changed" if before and after else "added" if after else "removed",
            removed=sum(line.change == "removed" for line in lines),
            added=sum(line.change == "added" for line in lines),
            lines=shown,
        )
