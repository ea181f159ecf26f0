"""Paths as SVG: the same marks as on paper, with texts that can be selected and read aloud."""

from collections.abc import Iterator, Mapping
from functools import singledispatch
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from backend.report.error import ReportError
from backend.report.fonts import fonts, has
from backend.report.layout.marks import FAINT, Box, Face, Mark, Shape, Stroke, Text
from backend.report.layout.path import path_drawing
from backend.report.layout.printable import all_printable
from backend.report.pages.summary import answers_of
from backend.report.pages.ways import Ends, nodes
from backend.report.pages.words import sign_of, spoken
from backend.report.result import read_result

WIDTH, MARGIN = 511.0, 8.0
FAMILIES = {
    Face.PLAIN: "font-family='DejaVu Sans, Verdana, sans-serif'",
    Face.BOLD: "font-family='DejaVu Sans, Verdana, sans-serif' font-weight='bold'",
    Face.MONO: "font-family='DejaVu Sans Mono, monospace'",
    Face.MONO_BOLD: "font-family='DejaVu Sans Mono, monospace' font-weight='bold'",
}


def path_svg(document: Mapping[str, Any], name: str) -> str:
    """Of one service, such as `443/tcp`: its way there, and its way back where there is one."""
    result = read_result(all_printable(dict(document), has))
    known = answers_of(result)
    if name not in known:
        raise ReportError(f"service: {name!r} is none of {', '.join(known)}")
    service, by = known[name]
    ends = Ends(result.asked.source, result.asked.destination)
    marks: list[Mark] = []
    y = MARGIN
    for word, way, whence in (("There", service.forward, ends), ("Back", service.back, ends.back)):
        if way is not None:
            drawing = path_drawing(fonts(), nodes(way, whence), MARGIN, y + 14, WIDTH)
            marks += [Text(MARGIN, y + 8, word, Face.BOLD, 8.0, FAINT), *drawing.marks]
            y += drawing.height + 26
    verdict = f"{sign_of(service.verdict).text} {spoken(service.verdict)}"
    said = f"{name} {verdict}, by {by}: {ends.source} to {ends.destination}"
    return _svg(marks, WIDTH + 2 * MARGIN, y, said)


def _svg(marks: list[Mark], width: float, height: float, said: str) -> str:
    size = f"viewBox='0 0 {width:g} {height:g}' width='{width:g}' height='{height:g}'"
    head = f"<svg xmlns='http://www.w3.org/2000/svg' {size} role='img' aria-label={quoteattr(said)}>"
    return "\n".join(
        (head, f"<title>{escape(said)}</title>", *(line for mark in marks for line in _lines(mark)), "</svg>\n")
    )


@singledispatch
def _lines(mark: Mark) -> Iterator[str]:
    return iter(())


@_lines.register
def _(text: Text) -> Iterator[str]:
    place = f"x='{text.x:.2f}' y='{text.y:.2f}' font-size='{text.size:g}' fill='{text.ink}' {FAMILIES[text.face]}"
    yield f"<text {place} xml:space='preserve'>{escape(text.text)}</text>"


@_lines.register
def _(stroke: Stroke) -> Iterator[str]:
    place = f"x1='{stroke.x1:.2f}' y1='{stroke.y1:.2f}' x2='{stroke.x2:.2f}' y2='{stroke.y2:.2f}'"
    yield f"<line {place} {_pen(stroke.ink, stroke.width, stroke.is_dashed)}/>"


@_lines.register
def _(box: Box) -> Iterator[str]:
    place = f"x='{box.x:.2f}' y='{box.y:.2f}' width='{box.width:.2f}' height='{box.height:.2f}' rx='{box.radius:g}'"
    pen = _pen(box.ink, box.stroke, box.is_dashed) if box.ink else ""
    yield f"<rect {place} fill='{box.fill or 'none'}' {pen}/>"


@_lines.register
def _(shape: Shape) -> Iterator[str]:
    yield f"<polygon points='{' '.join(f'{x:.2f},{y:.2f}' for x, y in shape.points)}' fill='{shape.fill}'/>"


def _pen(ink: str, width: float, is_dashed: bool) -> str:
    return f"stroke='{ink}' stroke-width='{width:g}'" + (" stroke-dasharray='2.2 1.8'" if is_dashed else "")
