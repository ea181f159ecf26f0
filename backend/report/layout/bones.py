"""A network as boxes that are tied to each other, and where they stand.

What holds it together, routers and shared segments, is spread first; then names are put on the links between two, and
stubs beside their routers, where there is most room; then all that is too near is moved apart. Parts that nothing ties
together stand side by side.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from backend.report.layout.apart import apart
from backend.report.layout.spread import spread

Array = NDArray[np.float64]
GAP = 12.0
"""Between boxes."""
BESIDE = 26.0
"""Between a router and its stub, for the name of the interface."""
ANGLES = 16
EASE = {"router": 1.0, "shared": 1.5, "stub": 4.0, "link": 6.0}
FEW = 6
"""Lines that have room around a router; more need longer ones."""
SHAPE = 1.5
"""Width by height of many parts together."""


class Node(Struct, frozen=True):
    kind: str
    """`router`, or of a segment `shared`, `link` or `stub`."""
    width: float
    height: float


class Tie(Struct, frozen=True):
    """An interface: numbers of its two nodes, and how wide its name is."""

    router: int
    segment: int
    label: float


class Bones(Struct, frozen=True):
    nodes: tuple[Node, ...]
    places: tuple[tuple[float, float], ...]
    size: tuple[float, float]


def bones_of(nodes: Sequence[Node], ties: Sequence[Tie]) -> Bones:
    places = np.zeros((len(nodes), 2))
    sizes = np.array([[node.width, node.height] for node in nodes]).reshape(-1, 2)
    parts = []
    for part in _parts(len(nodes), ties):
        places[part] = _placed([nodes[at] for at in part], _renumbered(ties, part))
        low = (places[part] - sizes[part] / 2).min(axis=0)
        places[part] -= low
        parts.append((part, (places[part] + sizes[part] / 2).max(axis=0)))
    size = _packed(places, parts)
    return Bones(tuple(nodes), tuple((float(x), float(y)) for x, y in places), size)


def _parts(count: int, ties: Sequence[Tie]) -> list[list[int]]:
    """The largest first."""
    near = defaultdict(list)
    for tie in ties:
        near[tie.router].append(tie.segment)
        near[tie.segment].append(tie.router)
    found: list[list[int]] = []
    seen: set[int] = set()
    for start in range(count):
        if start not in seen:
            part, waiting = {start}, [start]
            while waiting:
                fresh = [other for other in near[waiting.pop()] if other not in part]
                part.update(fresh)
                waiting += fresh
            seen |= part
            found.append(sorted(part))
    return sorted(found, key=lambda part: -len(part))


def _renumbered(ties: Sequence[Tie], part: Sequence[int]) -> list[Tie]:
    number = {node: at for at, node in enumerate(part)}
    return [Tie(number[tie.router], number[tie.segment], tie.label) for tie in ties if tie.router in number]


def _packed(places: Array, parts: Sequence[tuple[list[int], Array]]) -> tuple[float, float]:
    """In rows."""
    area = sum(float((size[0] + 2 * GAP) * (size[1] + 2 * GAP)) for _, size in parts)
    most = max([math.sqrt(area * SHAPE), *(float(size[0]) for _, size in parts)])
    x = y = high = wide = 0.0
    for part, size in parts:
        if x and x + size[0] > most:
            x, y, high = 0.0, y + high + 2 * GAP, 0.0
        places[part] += (x, y)
        x += float(size[0]) + 2 * GAP
        wide, high = max(wide, x - 2 * GAP), max(high, float(size[1]))
    return wide, y + high


def _placed(nodes: Sequence[Node], ties: Sequence[Tie]) -> Array:
    """Of one part; where it begins, nobody has said yet."""
    of_segment = defaultdict(list)
    for tie in ties:
        of_segment[tie.segment].append(tie)
    bones = [at for at, node in enumerate(nodes) if node.kind in ("router", "shared")]
    places = np.zeros((len(nodes), 2))
    number = {node: at for at, node in enumerate(bones)}
    edges = list(_edges(nodes, of_segment))
    places[bones] = spread(len(bones), [(number[one], number[other], long) for one, other, long in edges])
    _put_names(nodes, of_segment, places)
    lines = [(tie.router, tie.segment) for tie in ties if nodes[tie.segment].kind != "stub"]
    _put_stubs(nodes, of_segment, lines, places)
    sizes = np.array([[node.width, node.height] for node in nodes])
    eases = np.array([EASE[node.kind] for node in nodes])
    return _straight(nodes, of_segment, apart(places, sizes, eases, [(tie.router, tie.segment) for tie in ties], GAP))


def _edges(nodes: Sequence[Node], of_segment: dict[int, list[Tie]]) -> Iterator[tuple[int, int, float]]:
    stubs = Counter(ties[0].router for at, ties in of_segment.items() if nodes[at].kind == "stub")
    lines = Counter(tie.router for at, ties in of_segment.items() if nodes[at].kind != "stub" for tie in ties)
    room = {
        at: node.width / 2 + 22 * math.sqrt(stubs[at]) + 8 * max(lines[at] - FEW, 0) for at, node in enumerate(nodes)
    }
    for at, ties in of_segment.items():
        if nodes[at].kind == "link":
            one, other = ties[0].router, ties[1].router
            if one != other:
                yield one, other, room[one] + room[other] + nodes[at].width + sum(tie.label for tie in ties)
        elif nodes[at].kind == "shared":
            for tie in ties:
                yield tie.router, at, room[tie.router] + nodes[at].width / 2 + tie.label + 24 + 4 * len(ties)


def _put_names(nodes: Sequence[Node], of_segment: dict[int, list[Tie]], places: Array) -> None:
    """In the middle of their links; of several between the same two, side by side."""
    known: dict[tuple[int, int], int] = defaultdict(int)
    for at, ties in of_segment.items():
        if nodes[at].kind == "link":
            one, other = sorted(tie.router for tie in ties)
            way = places[other] - places[one]
            long = max(float(np.hypot(*way)), 1e-9)
            turn = known[one, other]
            known[one, other] += 1
            aside = (turn + 1) // 2 * 30.0 * (1 if turn % 2 else -1)
            places[at] = (places[one] + places[other]) / 2 + np.array([-way[1], way[0]]) / long * aside


def _put_stubs(
    nodes: Sequence[Node], of_segment: dict[int, list[Tie]], lines: Sequence[tuple[int, int]], places: Array
) -> None:
    middle = places[[at for at, node in enumerate(nodes) if node.kind == "router"]].mean(axis=0)
    taken = defaultdict(list)
    for router, segment in lines:
        x, y = places[segment] - places[router]
        taken[router].append(math.atan2(y, x))
    for at, ties in of_segment.items():
        if nodes[at].kind == "stub":
            router = ties[0].router
            out = places[router] - middle
            angle = _freest(taken[router], math.atan2(out[1], out[0]))
            taken[router].append(angle)
            beside = ties[0].label + BESIDE / 2, BESIDE
            far = [(nodes[router].width + nodes[at].width) / 2, (nodes[router].height + nodes[at].height) / 2]
            places[at] = places[router] + (
                math.cos(angle) * (far[0] + beside[0]), math.sin(angle) * (far[1] + beside[1])
            )  # fmt: skip


def _freest(taken: Sequence[float], outward: float) -> float:
    """The direction with most room, and of such the one that leads outward."""
    angles = [math.tau * turn / ANGLES for turn in range(ANGLES)]
    return max(
        angles, key=lambda a: (round(min((_between(a, b) for b in taken), default=0.0), 2), math.cos(a - outward))
    )


def _between(one: float, other: float) -> float:
    return abs((one - other + math.pi) % math.tau - math.pi)


def _straight(nodes: Sequence[Node], of_segment: dict[int, list[Tie]], places: Array) -> Array:
    """The name of a link that is almost on the line between its routers goes onto it."""
    for at, ties in of_segment.items():
        if nodes[at].kind == "link":
            one, other = places[ties[0].router], places[ties[1].router]
            way = other - one
            long = max(float(np.hypot(*way)), 1e-9)
            off = float((places[at] - one) @ np.array([-way[1], way[0]])) / long
            if abs(off) < nodes[at].height / 2:
                places[at] -= np.array([-way[1], way[0]]) / long * off
    return places
