"""Pages as data become pages of a PDF, by reportlab.

Most of a page is text: texts that follow each other are one text object, in which font and colour are set where they
change.
"""

import io
from collections.abc import Iterable, Iterator
from functools import cache, singledispatch
from itertools import groupby

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from backend.report.fonts import pieces, typefaces, width
from backend.report.layout.marks import Anchor, Box, Chart, Face, Link, Mark, Page, Shape, Stroke, Text
from backend.report.layout.reading import as_seen

DASH = (2.2, 1.8)
rl_config.useA85 = 0  # bytes as they are: as text they take a fourth more room, and time


def draw(pages: tuple[Page, ...]) -> bytes:
    file = io.BytesIO()
    # without a first font the canvas names one that is not in the file
    first = typefaces()[Face.PLAIN].name
    canvas = Canvas(file, (pages[0].width, pages[0].height), invariant=1, pageCompression=1, initialFontName=first)
    anchors = {mark.name for page in pages for mark in page.marks if isinstance(mark, Anchor)}
    for page in pages:
        marks = (mark for mark in page.marks if not isinstance(mark, Link) or mark.to in anchors)
        for is_text, some in groupby(marks, lambda mark: isinstance(mark, Text)):
            if is_text:
                _write(some, canvas, page.height)
            else:
                for mark in some:
                    _draw(mark, canvas, page.height)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _write(texts: Iterable[Mark], canvas: Canvas, height: float) -> None:
    """In the operators of PDF itself (ISO 32000-1, 9.4): a report is ten thousands of short texts, and reportlab's own
    way takes twice the time of everything else together, as it measures each of them again."""
    code, ink, font = ["BT"], "", ""
    for text in texts:
        assert isinstance(text, Text)
        if text.ink != ink:
            ink = text.ink
            code.append(_paint(ink))
        x = text.x
        for face, piece in pieces(as_seen(text.text), text.face):
            place = f"{x:.2f} {height - text.y:.2f} Tm"
            code.append(f"0 1 -1 0 {place}" if text.is_upright else f"1 0 0 1 {place}")
            for name, signs in _subsets(canvas, typefaces()[face].name, piece):
                chosen = f"{name} {text.size:g} Tf"
                if chosen != font:
                    font = chosen
                    code.append(chosen)
                code.append(f"<{signs.hex()}> Tj")
            x += width(piece, face, text.size)
    canvas._code.append("\n".join([*code, "ET"]))


def _subsets(canvas: Canvas, name: str, text: str) -> Iterator[tuple[str, bytes]]:
    """A font of PDF has 256 letters, so a text may need several."""
    font = pdfmetrics.getFont(name)
    for subset, signs in font.splitString(text, canvas._doc):
        yield font.getSubsetInternalName(subset, canvas._doc), signs


@cache
def _paint(ink: str) -> str:
    colour = HexColor(ink)
    return f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f} rg"


@cache
def _colour(ink: str) -> Color:
    return HexColor(ink)


@singledispatch
def _draw(mark: Mark, canvas: Canvas, height: float) -> None:
    raise TypeError(mark)


@_draw.register
def _(stroke: Stroke, canvas: Canvas, height: float) -> None:
    _pen(canvas, stroke.ink, stroke.width, stroke.is_dashed)
    canvas.line(stroke.x1, height - stroke.y1, stroke.x2, height - stroke.y2)


@_draw.register
def _(box: Box, canvas: Canvas, height: float) -> None:
    if box.ink is not None:
        _pen(canvas, box.ink, box.stroke, box.is_dashed)
    if box.fill is not None:
        canvas.setFillColor(_colour(box.fill))
    what = {"stroke": int(box.ink is not None), "fill": int(box.fill is not None)}
    canvas.roundRect(box.x, height - box.y - box.height, box.width, box.height, box.radius, **what)


@_draw.register
def _(shape: Shape, canvas: Canvas, height: float) -> None:
    canvas.setFillColor(_colour(shape.fill))
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
    canvas.setStrokeColor(_colour(ink))
    canvas.setLineWidth(wide)
    canvas.setDash(*DASH) if is_dashed else canvas.setDash()


def _point(point: tuple[float, float], height: float) -> tuple[float, float]:
    return point[0], height - point[1]


def charts(page: Page) -> Iterator[Chart]:
    return (mark for mark in page.marks if isinstance(mark, Chart))
