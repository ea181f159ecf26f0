"""All that an expectation is about, as few questions as there can be: areas of sources, of destinations, of ports."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.model.address import Address, Family
from backend.model.flow import Service
from backend.policy.areas import Area, Ground
from backend.policy.expectation import Ports
from backend.policy.kind import Kind, World
from backend.policy.span import Span, address_at

FAMILIES: tuple[Family, ...] = (4, 6)


class Cell(Struct, frozen=True):
    """One packet stands for all that there is between these."""

    family: Family
    source: Area
    destination: Area
    ports: Ports
    is_whole: bool
    """There is nothing but the packet that is asked."""

    @property
    def ends(self) -> tuple[Address, Address]:
        source, destination = _different(self.source, self.destination)
        return address_at(self.family, source), address_at(self.family, destination)

    @property
    def service(self) -> Service:
        return Service(self.ports.protocol, self.ports.low)


class Skipped(Struct, frozen=True):
    """Addresses that are not asked, and why."""

    kind: Kind
    spans: tuple[Span, ...]


class Sides(Struct, frozen=True):
    """Areas whose addresses somebody has."""

    family: Family
    sources: tuple[Area, ...]
    destinations: tuple[Area, ...]
    skipped: tuple[Skipped, ...]


def sides(
    grounds: Sequence[Ground],
    worlds: Sequence[World],
    sources: list[Span],
    destinations: list[Span],
    left_out: set[Kind],
) -> Iterator[Sides]:
    """Those that can speak to each other. What is a single address was meant, whoever has it."""
    for ground in grounds:
        one, other = ground.areas(sources), ground.areas(destinations)
        if one and other:
            singles = {
                span.low for span in (*sources, *destinations) if span.size == 1 and span.family == ground.family
            }
            kept, gone = _split(worlds, ground.family, one, left_out, singles)
            also, too = _split(worlds, ground.family, other, left_out, singles)
            yield Sides(ground.family, kept, also, tuple(dict.fromkeys((*gone, *too))))


def _split(
    worlds: Sequence[World], family: Family, areas: list[Area], left_out: set[Kind], singles: set[int]
) -> tuple[tuple[Area, ...], list[Skipped]]:
    kept: list[Area] = []
    gone: dict[Kind, list[Span]] = {}
    for area in areas:
        kinds = {world.kind(family, area.first) for world in worlds}
        if kinds <= left_out and not (area.size == 1 and area.first in singles):
            gone.setdefault(min(kinds), []).extend(area.spans)
        else:
            kept.append(area)
    return tuple(kept), [Skipped(kind, tuple(spans)) for kind, spans in gone.items()]


def cells(each: Sides, ports: Sequence[Ports]) -> Iterator[Cell]:
    """With all ports that are asked for; who asks finds out which of them are told apart."""
    for source in each.sources:
        for destination in each.destinations:
            one, other = _different(source, destination)
            if one != other:
                is_whole = source.size == destination.size == 1
                for asked in ports:
                    yield Cell(each.family, source, destination, asked, is_whole)


def count(each: Sides, ports: Sequence[Ports]) -> int:
    """There are not more."""
    return len(each.sources) * len(each.destinations) * len(ports)


def _different(source: Area, destination: Area) -> tuple[int, int]:
    """Nobody sends to itself, if there is another one."""
    if source.first != destination.first:
        return source.first, destination.first
    return (source.first, destination.second) if destination.size > 1 else (source.second, destination.first)
