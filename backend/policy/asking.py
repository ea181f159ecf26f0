"""What becomes of the packets of a cell, in one network or in several: as few questions as the routers on the way need.

A port that no router on the way of a packet tells from the packet's own would go the same way, so the answer is that
of all ports up to the next one that one of these routers names.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from backend.model.network import Network
from backend.policy.cells import Cell
from backend.policy.expectation import Ports
from backend.policy.kind import World
from backend.sim.exchange import Conversation, Course
from backend.sim.matrix import Outcome
from backend.sim.network import key_of
from backend.sim.ports import port_classes
from backend.sim.probe import FIRST_PORT, opening
from backend.sim.reach import settled


class Came(Struct, frozen=True):
    outcome: Outcome
    courses: tuple[Course, ...]
    met: frozenset[str]
    """The routers that had a packet of it."""


class Asker:
    def __init__(self, worlds: Sequence[World]) -> None:
        self._worlds = worlds
        self._starts = [_starts(world.network) for world in worlds]
        self._alike = _alike(worlds)
        self.asked = 0

    def ask(self, cell: Cell, source_port: int | None) -> Iterator[tuple[Cell, list[Came]]]:
        """Cells whose ports fare alike, each with what comes of it in each network."""
        low, high = cell.ports.low, cell.ports.high
        while True:
            piece = structs.replace(cell, ports=Ports(cell.ports.protocol, low, high))
            came = self._came(piece, source_port)
            following = self._next(came, low) if high else 0
            if not following or following > high:
                yield piece, came
                return
            yield structs.replace(piece, ports=Ports(cell.ports.protocol, low, following - 1)), came
            low = following

    def _came(self, cell: Cell, source_port: int | None) -> list[Came]:
        """Where all that the first one meets is the same in the others, so is what becomes of it."""
        found: list[Came] = []
        for world in self._worlds:
            if found and self._is_same(cell, found[0]):
                found.append(found[0])
            else:
                self.asked += 1
                found.append(came_of(world, cell, source_port))
        return found

    def _is_same(self, cell: Cell, came: Came) -> bool:
        """Where a source is that no subnet holds is found out by routes of any router."""
        if self._alike is None or not came.met <= self._alike:
            return False
        known, (source, _) = self._worlds[0].compiled, cell.ends
        return key_of(source) in known.owners or bool(known.homes(cell.family, int(source)))

    def _next(self, came: Sequence[Came], low: int) -> int:
        """The first port above that may fare otherwise; 0: there is none."""
        found = [
            each
            for starts, one in zip(self._starts, came, strict=True)
            for name in one.met
            if (each := _above(starts.get(name, (1,)), low))
        ]
        return min(found, default=0)


def came_of(world: World, cell: Cell, source_port: int | None) -> Came:
    source, destination = cell.ends
    packet = opening(source, destination, cell.service, source_port if source_port is not None else FIRST_PORT)
    courses = tuple(Conversation(world.compiled, source, packet).courses())
    outcome = Outcome(*settled(world.compiled, packet, courses))
    return Came(outcome, courses, frozenset(_met(courses)))


def _met(courses: Sequence[Course]) -> Iterator[str]:
    for leg in (leg for course in courses for leg in course.legs):
        yield from (met.router for met in leg.met)
        yield from (hop.name for hop in leg.branch.hops if hop.is_router)


def _starts(network: Network) -> dict[str, Sequence[int]]:
    return {router.name: port_classes(Network(network.name, (router,))).starts for router in network.routers}


def _above(starts: Sequence[int], port: int) -> int:
    if not starts:
        return port + 1
    at = bisect_right(starts, port)
    return starts[at] if at < len(starts) else 0


def _alike(worlds: Sequence[World]) -> frozenset[str] | None:
    """Routers that are the same in all of them; None where what lies between the routers is not."""
    first, *others = worlds
    for other in others:
        if _ground(other.network) != _ground(first.network) or other.compiled.outside != first.compiled.outside:
            return None
    routers = (router for router in first.network.routers if all(router in each.network.routers for each in others))
    return frozenset(router.name for router in routers)


def _ground(network: Network) -> object:
    """All that decides who hears a packet that a router sends."""
    routers = [(each.name, each.kind, each.interfaces, each.segments, each.sysctls) for each in network.routers]
    return routers, network.segments, network.hosts
