"""A policy is checked: what of it a network keeps, and what decides where it does not."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from backend.model.address import Address
from backend.model.flow import Service
from backend.policy.areas import Area, Ground, ground
from backend.policy.asking import Asker, Came
from backend.policy.cells import FAMILIES, Cell, Sides, Skipped, cells, count, sides
from backend.policy.deciding import Found, State, found
from backend.policy.ends import addresses
from backend.policy.error import PolicyError
from backend.policy.expectation import Expectation, Ports
from backend.policy.kind import Kind, World
from backend.policy.span import Span, joined

MOST = 100_000
"""Packets for one expectation; a minute of work or so."""
T = TypeVar("T", bound=Hashable)


class Finding(Struct, Generic[T], frozen=True):
    """What was found for all sources, all destinations and all services of it alike."""

    found: T
    sources: tuple[Span, ...]
    destinations: tuple[Span, ...]
    services: tuple[Ports, ...]
    ends: tuple[Address, Address]
    """The packet that was asked."""
    service: Service


class Checked(Struct, frozen=True):
    expectation: Expectation
    state: State
    asked: int
    findings: tuple[Finding[Found], ...] = ()
    """What is not kept."""
    skipped: tuple[Skipped, ...] = ()
    examples: tuple[Cell, ...] = ()
    """One of each pair of areas, for who wants it proved."""


class Checker:
    def __init__(self, world: World) -> None:
        self.world = world
        self._grounds: list[Ground] = [ground([world.network], family) for family in FAMILIES]

    def check(self, expected: Expectation) -> Checked:
        network, line = self.world.network, expected.line
        _know(network.name, {router.name for router in network.routers}, expected)
        sources = addresses(network, expected.sources, line)
        destinations = addresses(network, expected.destinations, line)
        left_out = {Kind.NOBODY, Kind.NOWHERE} | ({Kind.ROUTER} if expected.is_to_reach else set())
        all_sides = list(sides(self._grounds, [self.world], sources, destinations, left_out))
        limit(all_sides, expected)
        findings: list[Finding[Found]] = []
        skipped: list[Skipped] = []
        examples: list[Cell] = []
        asker = Asker([self.world])
        for each in all_sides:
            flaws = self._grounds[FAMILIES.index(each.family)].flaws
            told = [(cell, found(cell, came, expected, flaws)) for cell, (came,) in answers(asker, each, expected)]
            findings += grouped((cell, one) for cell, one in told if one.state is not State.KEPT)
            examples += _examples(cell for cell, _ in told)
            skipped += each.skipped
        if not asker.asked:
            raise PolicyError(_nobody(expected, skipped), line)
        state = worst(each.found.state for each in findings)
        return Checked(expected, state, asker.asked, tuple(findings), tuple(skipped), tuple(examples))


def answers(asker: Asker, each: Sides, expected: Expectation) -> Iterator[tuple[Cell, list[Came]]]:
    """PolicyError: they are too many."""
    for cell in cells(each, expected.services):
        yield from asker.ask(cell, expected.source_port)
        _check_number(asker.asked, expected)


def limit(all_sides: Sequence[Sides], expected: Expectation) -> None:
    """Before anything is asked, as far as that is known then."""
    _check_number(sum(count(each, expected.services) for each in all_sides), expected)


def _check_number(number: int, expected: Expectation) -> None:
    if number > MOST:
        text = f"{expected.title[:80]!r} takes more than {MOST} packets: ask for fewer addresses or ports"
        raise PolicyError(text, expected.line)


def _know(network: str, routers: set[str], expected: Expectation) -> None:
    for name in expected.via:
        if name not in routers:
            raise PolicyError(f"{name[:60]!r} is no router of {network}", expected.line)


def _nobody(expected: Expectation, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"{expected.title[:80]!r} has no two ends of one family"
    return f"{expected.title[:80]!r} is about nobody: no subnet or route of the network leads to such addresses"


def worst(states: Iterable[State]) -> State:
    known = set(states)
    return State.BROKEN if State.BROKEN in known else State.OPEN if State.OPEN in known else State.KEPT


def _examples(told: Iterable[Cell]) -> list[Cell]:
    found: dict[Hashable, Cell] = {}
    for cell in told:
        found.setdefault((cell.source, cell.destination, cell.ports.protocol), cell)
    return list(found.values())


def grouped(told: Iterable[tuple[Cell, T]]) -> list["Finding[T]"]:
    """As few as there can be: sources that fare alike with the same destinations and services stand together."""
    by_pair: dict[tuple[Area, Area], dict[T, list[Cell]]] = {}
    for cell, one in told:
        by_pair.setdefault((cell.source, cell.destination), {}).setdefault(one, []).append(cell)
    alike: dict[tuple[Area, T, tuple[Ports, ...]], list[Cell]] = {}
    for (_, destination), outcomes in by_pair.items():
        for one, those in outcomes.items():
            ports = joined_ports(cell.ports for cell in those)
            alike.setdefault((destination, one, ports), []).append(those[0])
    whole: dict[tuple[tuple[Area, ...], T, tuple[Ports, ...]], list[Cell]] = {}
    for (_, one, ports), those in alike.items():
        whole.setdefault((tuple(cell.source for cell in those), one, ports), []).append(those[0])
    return [
        Finding(
            one, _spans(sources), _spans(cell.destination for cell in those), ports,
            those[0].ends, those[0].service,
        )
        for (sources, one, ports), those in whole.items()
    ]  # fmt: skip


def _spans(areas: Iterable[Area]) -> tuple[Span, ...]:
    return tuple(joined(span for area in areas for span in area.spans))


def joined_ports(ports: Iterable[Ports]) -> tuple[Ports, ...]:
    result: list[Ports] = []
    for each in sorted(ports):
        last = result[-1] if result else None
        if last is not None and last.protocol == each.protocol and each.low <= last.high + 1:
            result[-1] = Ports(each.protocol, last.low, each.high)
        else:
            result.append(each)
    return tuple(result)
