"""Drawings as SVG: the same marks as on paper, with texts that can be selected and read aloud."""

from collections.abc import Iterable, Iterator
from functools import singledispatch
from xml.sax.saxutils import escape, quoteattr

from backend.report.layout.marks import Box, Face, Mark, Shape, Stroke, Text

FAMILIES = {
    Face.PLAIN: "font-family='DejaVu Sans, Verdana, sans-serif'",
    Face.BOLD: "font-family='DejaVu Sans, Verdana, sans-serif' font-weight='bold'",
    Face.MONO: "font-family='DejaVu Sans Mono, monospace'",
    Face.MONO_BOLD: "font-family='DejaVu Sans Mono, monospace' font-weight='bold'",
}


def svg(marks: Iterable[Mark], width: float, height: float, said: str) -> str:
    """`said`: for who cannot see it."""
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
