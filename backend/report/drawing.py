"""Pages as data become pages of a PDF, by reportlab."""

import io
from collections.abc import Iterator
from functools import singledispatch

from reportlab.pdfgen.canvas import Canvas

from backend.report.fonts import pieces, typefaces, width
from backend.report.layout.marks import Anchor, Box, Chart, Face, Link, Mark, Page, Shape, Stroke, Text
from backend.report.layout.reading import as_seen

DASH = (2.2, 1.8)


def draw(pages: tuple[Page, ...]) -> bytes:
    file = io.BytesIO()
    # without a first font the canvas names one that is not in the file
    first = typefaces()[Face.PLAIN].name
    canvas = Canvas(file, (pages[0].width, pages[0].height), invariant=1, pageCompression=1, initialFontName=first)
    anchors = {mark.name for page in pages for mark in page.marks if isinstance(mark, Anchor)}
    for page in pages:
        for mark in page.marks:
            if not isinstance(mark, Link) or mark.to in anchors:
                _draw(mark, canvas, page.height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@singledispatch
def _draw(mark: Mark, canvas: Canvas, height: float) -> None:
    raise TypeError(mark)


@_draw.register
def _(text: Text, canvas: Canvas, height: float) -> None:
    canvas.setFillColor(text.ink)
    x = text.x
    for face, piece in pieces(as_seen(text.text), text.face):
        canvas.setFont(typefaces()[face].name, text.size)
        canvas.drawString(x, height - text.y, piece)
        x += width(piece, face, text.size)


@_draw.register
def _(stroke: Stroke, canvas: Canvas, height: float) -> None:
    _pen(canvas, stroke.ink, stroke.width, stroke.is_dashed)
    canvas.line(stroke.x1, height - stroke.y1, stroke.x2, height - stroke.y2)


@_draw.register
def _(box: Box, canvas: Canvas, height: float) -> None:
    if box.ink is not None:
        _pen(canvas, box.ink, box.stroke, box.is_dashed)
    if box.fill is not None:
        canvas.setFillColor(box.fill)
    what = {"stroke": int(box.ink is not None), "fill": int(box.fill is not None)}
    canvas.roundRect(box.x, height - box.y - box.height, box.width, box.height, box.radius, **what)


@_draw.register
def _(shape: Shape, canvas: Canvas, height: float) -> None:
    canvas.setFillColor(shape.fill)
    path = canvas.beginPath()
    path.moveTo(*_point(shape.points[0], height))
    for point in shape.points[1:]:
        path.lineTo(*_point(point, height))
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


@_draw.register
def _(chart: Chart, canvas: Canvas, height: float) -> None:
    """Charts are put on the finished page (`binding`)."""


@_draw.register
def _(link: Link, canvas: Canvas, height: float) -> None:
    place = (link.x, height - link.y - link.height, link.x + link.width, height - link.y)
    canvas.linkAbsolute("", link.to, place, Border="[0 0 0]")


@_draw.register
def _(anchor: Anchor, canvas: Canvas, height: float) -> None:
    canvas.bookmarkHorizontalAbsolute(anchor.name, height - anchor.y + 12)


def _pen(canvas: Canvas, ink: str, wide: float, is_dashed: bool) -> None:
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(wide)
    canvas.setDash(*DASH) if is_dashed else canvas.setDash()


def _point(point: tuple[float, float], height: float) -> tuple[float, float]:
    return point[0], height - point[1]


def charts(page: Page) -> Iterator[Chart]:
    return (mark for mark in page.marks if isinstance(mark, Chart))
