"""Drawings alone: the ways of one service, and a whole network; for screens, and as numbers for other drawings."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from backend.report.error import ReportError
from backend.report.fonts import fonts
from backend.report.layout.map import map_drawing
from backend.report.layout.marks import FAINT, Face, Mark, Text
from backend.report.layout.path import Drawing, Node, Placed, path_drawing
from backend.report.layout.path import path_layout as placed
from backend.report.layout.topology import topology
from backend.report.pages.summary import answers_of
from backend.report.pages.ways import Ends, nodes
from backend.report.pages.words import sign_of, spoken
from backend.report.png import png
from backend.report.reading import Document, as_json, printed
from backend.report.result import read_result
from backend.report.svg import svg

WIDTH, MARGIN = 511.0, 8.0


class Picture(Struct, frozen=True):
    marks: tuple[Mark, ...]
    width: float
    height: float
    said: str
    """For who cannot see it."""


FORMS: dict[str, Callable[[Picture], bytes]] = {
    "svg": lambda picture: svg(picture.marks, picture.width, picture.height, picture.said).encode(),
    "png": lambda picture: png(picture.marks, picture.width, picture.height),
}


def path_picture(document: Document, name: str, form: str = "svg") -> bytes:
    """Of one service of a result, such as `443/tcp`: its way there and its way back; none
    named: of the first."""
    return _drawn(form, _paths(document, name))


def topology_picture(document: Document, form: str = "svg") -> bytes:
    """Of a topology document (`wire/topology`)."""
    drawn = topology(printed(as_json(document)), fonts())
    said = f"{len(drawn.routers)} routers and {len(drawn.segments)} segments"
    return _drawn(form, Picture(map_drawing(fonts(), drawn), drawn.width, drawn.height, said))


def topology_layout(document: Document) -> bytes:
    """Where all of it stands, as JSON, with names as they are."""
    return msgspec.json.encode(topology(as_json(document), fonts()))


def _drawn(form: str, picture: Picture) -> bytes:
    if form not in FORMS:
        raise ReportError(f"form: {form!r} is none of {', '.join(FORMS)}")
    return FORMS[form](picture)


class WayLayout(Struct, frozen=True):
    direction: str
    """`there` or `back`."""
    machines: tuple[Placed, ...]


class PathLayout(Struct, frozen=True):
    width: float
    height: float
    ways: tuple[WayLayout, ...]


def path_layout(document: Document, name: str, width: float = WIDTH + 2 * MARGIN) -> bytes:
    """Where all of it stands, as JSON; narrower, it has more rows."""
    room = width - 2 * MARGIN
    ways = _ways(document, name, room)
    drawn = tuple(
        WayLayout(way.word.lower(), placed(way.nodes, MARGIN, way.top + 14, room)) for way in ways.there_and_back
    )
    return msgspec.json.encode(PathLayout(width, ways.height, drawn))


class _Way(Struct, frozen=True):
    word: str
    top: float
    nodes: tuple[Node, ...]
    drawing: Drawing


class _Ways(Struct, frozen=True):
    there_and_back: tuple[_Way, ...]
    height: float
    said: str


def _paths(document: Document, name: str) -> Picture:
    ways = _ways(document, name)
    marks: list[Mark] = []
    for way in ways.there_and_back:
        marks += [Text(MARGIN, way.top + 8, way.word, Face.BOLD, 8.0, FAINT), *way.drawing.marks]
    return Picture(tuple(marks), WIDTH + 2 * MARGIN, ways.height, ways.said)


def _ways(document: Document, name: str, width: float = WIDTH) -> _Ways:
    result = read_result(as_json(document), printed)
    known = answers_of(result)
    name = name or next(iter(known), "")
    if name not in known:
        raise ReportError(f"service: {name!r} is none of {', '.join(known)}")
    service, by = known[name]
    ends = Ends(result.asked.source, result.asked.destination)
    found: list[_Way] = []
    y = MARGIN
    for word, way, whence in (("There", service.forward, ends), ("Back", service.back, ends.back)):
        if way is not None:
            machines = tuple(nodes(way, whence))
            drawing = path_drawing(fonts(), machines, MARGIN, y + 14, width)
            found.append(_Way(word, y, machines, drawing))
            y += drawing.height + 26
    verdict = f"{sign_of(service.verdict).text} {spoken(service.verdict)}"
    return _Ways(tuple(found), y, f"{name} {verdict}, by {by}: {ends.source} to {ends.destination}")
