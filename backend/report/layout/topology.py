"""Where the routers, segments and links of a network stand: the geometry that page, SVG and PNG share.

A segment of two interfaces without hosts is a `link`, drawn as a line with a name on it; one of a single router is a
`stub` beside that router; any other is `shared`, with a line to each of its routers. Lengths are points, x and y of a
box are its middle, and the origin is the upper left corner. The same network has the same geometry.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from backend.report.layout.bones import Bones, Node, Tie, bones_of
from backend.report.layout.marks import Face
from backend.report.layout.writing import Fonts

NAME, SMALL, TINY = 8.5, 6.5, 6.0
LINE = 9.0
MARGIN = 14.0
TURNS = 14
"""Places on its line that are tried for an interface's name."""
SQUARE = 64.0
Point = tuple[float, float]
Taken = tuple[float, float, float, float]
"""The middle of a box, its width and its height."""


class Member(Struct, frozen=True):
    router: str
    interface: str


class SegmentOf(Struct, frozen=True):
    name: str
    members: tuple[Member, ...] = ()
    hosts: tuple[str, ...] = ()


class Location(Struct, frozen=True):
    name: str


class RouterOf(Struct, frozen=True):
    name: str
    location: Location | None = None


class Network(Struct, frozen=True):
    """What of a topology document (`wire/topology`) is drawn."""

    routers: tuple[RouterOf, ...] = ()
    segments: tuple[SegmentOf, ...] = ()


class Router(Struct, frozen=True):
    name: str
    x: float
    y: float
    width: float
    height: float
    location: str = ""


class Segment(Struct, frozen=True):
    name: str
    kind: str
    """`shared`, `link` or `stub`."""
    x: float
    y: float
    width: float
    height: float
    hosts: int = 0


class Link(Struct, frozen=True):
    """The line from a router's interface to its segment."""

    router: str
    interface: str
    segment: str
    points: tuple[Point, ...]
    label: Point
    """The middle of the interface's name."""


class Topology(Struct, frozen=True):
    width: float
    height: float
    routers: tuple[Router, ...]
    segments: tuple[Segment, ...]
    links: tuple[Link, ...]


def topology(document: bytes, fonts: Fonts) -> Topology:
    """Of the JSON of a topology document (`wire/topology`)."""
    network = msgspec.json.decode(document, type=Network)
    routers = sorted(network.routers, key=lambda router: router.name)
    segments = sorted((each for each in network.segments if each.members), key=lambda segment: segment.name)
    nodes = [_router_node(fonts, router) for router in routers]
    nodes += [_segment_node(fonts, segment) for segment in segments]
    number = {router.name: at for at, router in enumerate(routers)}
    ties = [
        Tie(number[member.router], len(routers) + at, fonts.width(member.interface, Face.PLAIN, TINY))
        for at, segment in enumerate(segments)
        for member in segment.members
    ]
    return _geometry(routers, segments, bones_of(nodes, ties), ties)


def kind_of(segment: SegmentOf) -> str:
    if len(segment.members) == 1:
        return "stub"
    return "link" if len(segment.members) == 2 and not segment.hosts else "shared"


def _router_node(fonts: Fonts, router: RouterOf) -> Node:
    place = fonts.width(router.location.name, Face.PLAIN, SMALL) if router.location else 0.0
    wide = max(fonts.width(router.name, Face.BOLD, NAME), min(place, 110.0), 30.0) + 12
    return Node("router", wide, 15.0 + LINE * bool(place))


def _segment_node(fonts: Fonts, segment: SegmentOf) -> Node:
    wide = max(fonts.width(segment.name, Face.PLAIN, SMALL), 24.0) + 10
    return Node(kind_of(segment), wide, 12.0 + LINE * bool(segment.hosts))


def _geometry(
    routers: Sequence[RouterOf], segments: Sequence[SegmentOf], bones: Bones, ties: Sequence[Tie]
) -> Topology:
    places = [(round(x + MARGIN, 1), round(y + MARGIN, 1)) for x, y in bones.places]
    boxes = list(zip(places, bones.nodes, strict=True))
    drawn = [
        Router(router.name, *place, round(node.width, 1), node.height, router.location.name if router.location else "")
        for router, (place, node) in zip(routers, boxes, strict=False)
    ]
    nets = [
        Segment(segment.name, node.kind, *place, round(node.width, 1), node.height, len(segment.hosts))
        for segment, (place, node) in zip(segments, boxes[len(routers) :], strict=True)
    ]
    names = Names([*drawn, *nets])
    members = [member for segment in segments for member in segment.members]
    links = [
        _link(member, drawn[tie.router], nets[tie.segment - len(routers)], tie.label, names)
        for member, tie in zip(members, ties, strict=True)
    ]
    width, height = (round(each + 2 * MARGIN, 1) for each in bones.size)
    return Topology(width, height, tuple(drawn), tuple(nets), tuple(links))


class Names:
    """Of interfaces: each stands on its line near its router, or further on where another stands already."""

    def __init__(self, boxes: Sequence[Router | Segment]) -> None:
        self._taken: defaultdict[tuple[int, int], list[Taken]] = defaultdict(list)
        """By squares of the page, so that only what is near is asked."""
        for box in boxes:
            self._take((box.x, box.y, box.width, box.height))

    def put(self, begin: Point, end: Point, label: float) -> Point:
        x, y = end[0] - begin[0], end[1] - begin[1]
        long = max(math.hypot(x, y), 1e-9)
        first = min((abs(x) * (label / 2 + 3) + abs(y) * (TINY / 2 + 2)) / long, long / 2)
        further = (first + turn * TINY / 2 for turn in range(1, TURNS))
        offs = [first, *(off for off in further if off < long * 0.8)]
        places = [(begin[0] + x / long * off, begin[1] + y / long * off) for off in offs]
        place = next((each for each in places if self._is_free((*each, label, TINY))), places[0])
        self._take((*place, label, TINY))
        return round(place[0], 1), round(place[1], 1)

    def _take(self, taken: Taken) -> None:
        for square in _squares(taken):
            self._taken[square].append(taken)

    def _is_free(self, wanted: Taken) -> bool:
        return not any(_meet(wanted, taken) for square in _squares(wanted) for taken in self._taken[square])


def _squares(taken: Taken) -> Iterator[tuple[int, int]]:
    x, y, wide, high = taken
    for column in range(int((x - wide / 2) // SQUARE), int((x + wide / 2) // SQUARE) + 1):
        for row in range(int((y - high / 2) // SQUARE), int((y + high / 2) // SQUARE) + 1):
            yield column, row


def _meet(one: Taken, other: Taken) -> bool:
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2


def _link(member: Member, router: Router, segment: Segment, label: float, names: Names) -> Link:
    """From the edge of the router's box to that of the segment's; on a link it goes on to the other router."""
    begin = edge(router, (segment.x, segment.y))
    end = (segment.x, segment.y) if segment.kind == "link" else edge(segment, (router.x, router.y))
    return Link(member.router, member.interface, segment.name, (begin, end), names.put(begin, end, label))


def edge(box: Router | Segment, towards: Point) -> Point:
    """Where the line from its middle leaves it."""
    x, y = towards[0] - box.x, towards[1] - box.y
    share = max(abs(x) / (box.width / 2), abs(y) / (box.height / 2), 1.0)
    return round(box.x + x / share, 1), round(box.y + y / share, 1)
