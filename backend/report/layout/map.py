"""A topology as a drawing."""

from collections.abc import Iterator

from backend.report.layout.marks import ACCENT, FAINT, INK, LINE, PALE, PAPER, Box, Face, Mark, Stroke, Text
from backend.report.layout.topology import LINE as STEP
from backend.report.layout.topology import NAME, SMALL, TINY, Router, Segment, Topology
from backend.report.layout.writing import Fonts, shortened


def map_drawing(fonts: Fonts, drawn: Topology) -> tuple[Mark, ...]:
    """Lines first, so that names stand on them."""
    marks: list[Mark] = []
    for link in drawn.links:
        (x1, y1), (x2, y2) = link.points
        marks.append(Stroke(x1, y1, x2, y2, FAINT, 0.8))
    for link in drawn.links:
        marks += _named(fonts, link.interface, *link.label, TINY, ACCENT)
    for segment in drawn.segments:
        marks += _segment(fonts, segment)
    for router in drawn.routers:
        marks += _router(fonts, router)
    return tuple(marks)


def _router(fonts: Fonts, router: Router) -> Iterator[Mark]:
    yield _box(router, INK, PAPER, 1.1, 1.5)
    top = router.y - router.height / 2
    yield _centred(fonts, router.name, router, top + 10.5, Face.BOLD, NAME, INK)
    if router.location:
        yield _centred(fonts, router.location, router, top + 10.5 + STEP, Face.PLAIN, SMALL, FAINT)


def _segment(fonts: Fonts, segment: Segment) -> Iterator[Mark]:
    if segment.kind == "link":
        yield from _named(fonts, segment.name, segment.x, segment.y, SMALL, INK)
        return
    yield _box(segment, LINE, PALE, 0.7, 6.0)
    top = segment.y - segment.height / 2
    yield _centred(fonts, segment.name, segment, top + 8.5, Face.PLAIN, SMALL, INK)
    if segment.hosts:
        said = f"{segment.hosts} host{'' if segment.hosts == 1 else 's'}"
        yield _centred(fonts, said, segment, top + 8.0 + STEP, Face.PLAIN, TINY, FAINT)


def _box(place: Router | Segment, ink: str, fill: str, stroke: float, radius: float) -> Box:
    x, y = place.x - place.width / 2, place.y - place.height / 2
    return Box(x, y, place.width, place.height, ink, fill, stroke, radius=radius)


def _centred(fonts: Fonts, text: str, place: Router | Segment, y: float, face: Face, size: float, ink: str) -> Text:
    short = shortened(fonts, text, place.width - 6, face, size)
    return Text(place.x - fonts.width(short, face, size) / 2, y, short, face, size, ink)


def _named(fonts: Fonts, text: str, x: float, y: float, size: float, ink: str) -> Iterator[Mark]:
    """On paper of its own, so that the line behind it does not strike it through."""
    wide = fonts.width(text, Face.PLAIN, size)
    yield Box(x - wide / 2 - 1, y - size / 2 - 0.5, wide + 2, size + 1, None, PAPER)
    yield Text(x - wide / 2, y + size * 0.36, text, Face.PLAIN, size, ink)
