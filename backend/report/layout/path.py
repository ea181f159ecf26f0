"""A path as a drawing: boxes for machines, arrows with segments between them, as many rows as it takes."""

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from backend.report.layout.marks import FAINT, INK, LINE, PALE, PAPER, Box, Face, Mark, Shape, Stroke, Text
from backend.report.layout.writing import Fonts, shortened

WIDTH, HEIGHT = 90.0, 44.0
GAP, BETWEEN = 46.0, 24.0
"""Between boxes side by side, and between rows."""
NAME, SMALL = 8.0, 6.5
INSET, TURN = 5.0, 6.0
HEAD = 4.0


class Node(Struct, frozen=True):
    name: str
    lines: tuple[str, ...] = ()
    """Addresses and interfaces."""
    sign: str = ""
    ink: str = INK
    is_stop: bool = False
    is_router: bool = True
    is_reached: bool = True
    onward: str = ""
    """What its arrow to the next is named."""


class Drawing(Struct, frozen=True):
    height: float
    marks: tuple[Mark, ...]


class Placed(Struct, frozen=True):
    """A machine; x and y are the middle of its box."""

    x: float
    y: float
    width: float
    height: float
    node: Node
    arrow: tuple[tuple[float, float], ...] = ()
    """To the next one."""


def path_layout(nodes: Sequence[Node], left: float, top: float, width: float) -> tuple[Placed, ...]:
    """The geometry of the drawing, for who draws it himself."""
    in_row = _in_row(width)
    corners = [_corner(number, in_row, left, top) for number in range(len(nodes))]
    ways = [_way(here, there) for here, there in pairwise(corners)]
    return tuple(
        Placed(x + WIDTH / 2, y + HEIGHT / 2, WIDTH, HEIGHT, node, way)
        for node, (x, y), way in zip(nodes, corners, [*ways, ()][: len(nodes)], strict=True)
    )


def path_drawing(fonts: Fonts, nodes: Sequence[Node], left: float, top: float, width: float) -> Drawing:
    in_row = _in_row(width)
    marks: list[Mark] = []
    for number, node in enumerate(nodes):
        x, y = _corner(number, in_row, left, top)
        if number + 1 < len(nodes):
            marks += _arrow(fonts, node, nodes[number + 1], (x, y), _corner(number + 1, in_row, left, top))
        marks += _box(fonts, node, x, y)
    rows = -(-len(nodes) // in_row)
    return Drawing(rows * HEIGHT + max(rows - 1, 0) * BETWEEN, tuple(marks))


def _in_row(width: float) -> int:
    return max(1, int((width - TURN + GAP) // (WIDTH + GAP)))


def _way(here: tuple[float, float], there: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """From the right edge of one box to the left edge of the next, or down to the first of the next row."""
    begin, middle = here[0] + WIDTH, here[1] + HEIGHT / 2
    if here[1] == there[1]:
        return (begin, middle), (there[0], middle)
    turn, between, into = begin + TURN, here[1] + HEIGHT + BETWEEN / 2, there[0] + WIDTH / 2
    return (begin, middle), (turn, middle), (turn, between), (into, between), (into, there[1])


def _corner(number: int, in_row: int, left: float, top: float) -> tuple[float, float]:
    row, column = divmod(number, in_row)
    return left + column * (WIDTH + GAP), top + row * (HEIGHT + BETWEEN)


def _box(fonts: Fonts, node: Node, x: float, y: float) -> list[Mark]:
    room = WIDTH - 2 * INSET
    radius = 0.0 if node.is_router else 8.0
    fill = PAPER if node.is_router else PALE
    stroke = 1.8 if node.is_stop else 0.8
    ink = node.ink if node.is_reached else LINE
    marks: list[Mark] = [Box(x, y, WIDTH, HEIGHT, ink, fill, stroke, not node.is_reached, radius)]
    sign = fonts.width(node.sign, Face.BOLD, NAME) if node.sign else 0.0
    name = shortened(fonts, node.name, room - sign - 3, Face.BOLD, NAME)
    marks.append(Text(x + INSET, y + 11.5, name, Face.BOLD, NAME, INK if node.is_reached else FAINT))
    if node.sign:
        marks.append(Text(x + WIDTH - INSET - sign, y + 11.5, node.sign, Face.BOLD, NAME, node.ink))
    for number, line in enumerate(node.lines[:3]):
        text = shortened(fonts, line, room, Face.MONO, SMALL)
        marks.append(Text(x + INSET, y + 21.5 + number * 8.6, text, Face.MONO, SMALL, FAINT))
    return marks


def _arrow(
    fonts: Fonts, node: Node, following: Node, here: tuple[float, float], there: tuple[float, float]
) -> list[Mark]:
    is_dashed = not following.is_reached
    ink = LINE if is_dashed else INK
    way = _way(here, there)
    begin, middle = way[0]
    if here[1] == there[1]:
        end = way[1][0]
        marks: list[Mark] = [Stroke(begin, middle, end - HEAD, middle, ink, 0.9, is_dashed), _head(end, middle, ink)]
        return [*marks, *_named(fonts, node.onward, begin, end, middle)]
    (turn, _), (_, between), (into, top) = way[1], way[2], way[4]
    corners = (*way[:4], (into, top - HEAD))
    marks = [Stroke(*one, *other, ink, 0.9, is_dashed) for one, other in pairwise(corners)]
    down = Shape(((into, top), (into - HEAD / 1.6, top - HEAD), (into + HEAD / 1.6, top - HEAD)), ink)
    label = shortened(fonts, node.onward, turn - into - 20, Face.PLAIN, SMALL)
    return [*marks, down, Text(into + 10, between - 2.2, label, Face.PLAIN, SMALL, FAINT)]


def _head(x: float, y: float, ink: str) -> Shape:
    return Shape(((x, y), (x - HEAD, y - HEAD / 1.6), (x - HEAD, y + HEAD / 1.6)), ink)


def _named(fonts: Fonts, text: str, begin: float, end: float, y: float) -> list[Mark]:
    """The name of a segment above the arrow, and its length below where it is a subnet: both fit then."""
    if not text:
        return []
    first, slash, length = text.rpartition("/") if text.count("/") == 1 else (text, "", "")
    lines = [(first, y - 3.0), (f"{slash}{length}", y + 8.0)]
    marks: list[Mark] = []
    for line, at in lines:
        if line:
            short = shortened(fonts, line, end - begin - 2, Face.PLAIN, SMALL - 0.6)
            wide = fonts.width(short, Face.PLAIN, SMALL - 0.6)
            marks.append(Text((begin + end - wide) / 2, at, short, Face.PLAIN, SMALL - 0.6, FAINT))
    return marks
