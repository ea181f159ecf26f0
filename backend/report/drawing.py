"""Pages as data become pages of a PDF, by reportlab.

Texts, lines and boxes are written in the operators of PDF itself (ISO 32000-1, 8.5 and 9.4). There are ten thousands of
them, and reportlab asks each number for its digits and measures each text again, which takes three times as long.
"""

import io
from collections.abc import Iterable, Iterator
from functools import cache, singledispatch

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from backend.report.fonts import pieces, typefaces, width
from backend.report.layout.marks import Anchor, Box, Chart, Face, Link, Mark, Page, Shape, Stroke, Text
from backend.report.layout.reading import as_seen

rl_config.useA85 = 0  # bytes as they are: as text they take a fourth more room, and time
CURVE = 0.5523
"""Of a radius: how far the points lie that make a quarter of a circle of a curve."""


def draw(pages: tuple[Page, ...]) -> bytes:
    file = io.BytesIO()
    # without a first font the canvas names one that is not in the file
    first = typefaces()[Face.PLAIN].name
    canvas = Canvas(file, (pages[0].width, pages[0].height), invariant=1, pageCompression=1, initialFontName=first)
    anchors = {mark.name for page in pages for mark in page.marks if isinstance(mark, Anchor)}
    for page in pages:
        texts = [mark for mark in page.marks if isinstance(mark, Text)]
        shapes = [code for mark in page.marks for code in _shape(mark, page.height)]
        canvas._code += [*shapes, *_written(texts, canvas, page.height)]
        for mark in page.marks:
            if isinstance(mark, Anchor):
                canvas.bookmarkHorizontalAbsolute(mark.name, page.height - mark.y + 12)
            elif isinstance(mark, Link) and mark.to in anchors:
                place = (mark.x, page.height - mark.y - mark.height, mark.x + mark.width, page.height - mark.y)
                canvas.linkAbsolute("", mark.to, place, Border="[0 0 0]")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _written(texts: Iterable[Text], canvas: Canvas, height: float) -> Iterator[str]:
    """All of a page as one text; font and colour are set where they change."""
    ink, font = "", ""
    yield "BT"
    for text in texts:
        if text.ink != ink:
            ink = text.ink
            yield f"{_paint(ink)} rg"
        x = text.x
        for face, piece in pieces(as_seen(text.text), text.face):
            place = f"{x:.2f} {height - text.y:.2f} Tm"
            yield f"0 1 -1 0 {place}" if text.is_upright else f"1 0 0 1 {place}"
            for name, signs in _subsets(canvas, typefaces()[face].name, piece):
                chosen = f"{name} {text.size:g} Tf"
                if chosen != font:
                    font = chosen
                    yield chosen
                yield f"<{signs.hex()}> Tj"
            x += width(piece, face, text.size)
    yield "ET"


def _subsets(canvas: Canvas, name: str, text: str) -> Iterator[tuple[str, bytes]]:
    """A font of PDF has 256 letters, so a text may need several."""
    font = pdfmetrics.getFont(name)
    for subset, signs in font.splitString(text, canvas._doc):
        yield font.getSubsetInternalName(subset, canvas._doc), signs


@cache
def _paint(ink: str) -> str:
    colour = HexColor(ink)
    return f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f}"


@singledispatch
def _shape(mark: Mark, height: float) -> Iterator[str]:
    """Texts are written above all of them; charts are put on the finished page (`binding`)."""
    return iter(())


@_shape.register
def _(stroke: Stroke, height: float) -> Iterator[str]:
    yield _pen(stroke.ink, stroke.width, stroke.is_dashed)
    yield f"{stroke.x1:.2f} {height - stroke.y1:.2f} m {stroke.x2:.2f} {height - stroke.y2:.2f} l S"


@_shape.register
def _(box: Box, height: float) -> Iterator[str]:
    if box.ink is not None:
        yield _pen(box.ink, box.stroke, box.is_dashed)
    if box.fill is not None:
        yield f"{_paint(box.fill)} rg"
    how = "B" if box.ink and box.fill else "S" if box.ink else "f"
    bottom = height - box.y - box.height
    if box.radius:
        yield from _round(box, bottom)
        yield how
    else:
        yield f"{box.x:.2f} {bottom:.2f} {box.width:.2f} {box.height:.2f} re {how}"


def _round(box: Box, bottom: float) -> Iterator[str]:
    left, right, top = box.x, box.x + box.width, bottom + box.height
    r = box.radius
    k = r * (1 - CURVE)
    yield f"{left + r:.2f} {bottom:.2f} m {right - r:.2f} {bottom:.2f} l"
    yield f"{right - k:.2f} {bottom:.2f} {right:.2f} {bottom + k:.2f} {right:.2f} {bottom + r:.2f} c"
    yield f"{right:.2f} {top - r:.2f} l"
    yield f"{right:.2f} {top - k:.2f} {right - k:.2f} {top:.2f} {right - r:.2f} {top:.2f} c"
    yield f"{left + r:.2f} {top:.2f} l"
    yield f"{left + k:.2f} {top:.2f} {left:.2f} {top - k:.2f} {left:.2f} {top - r:.2f} c"
    yield f"{left:.2f} {bottom + r:.2f} l"
    yield f"{left:.2f} {bottom + k:.2f} {left + k:.2f} {bottom:.2f} {left + r:.2f} {bottom:.2f} c h"


@_shape.register
def _(shape: Shape, height: float) -> Iterator[str]:
    first, *others = (f"{x:.2f} {height - y:.2f}" for x, y in shape.points)
    yield f"{_paint(shape.fill)} rg {first} m {' '.join(f'{point} l' for point in others)} h f"


def _pen(ink: str, wide: float, is_dashed: bool) -> str:
    return f"{_paint(ink)} RG {wide:g} w {'[2.2 1.8] 0 d' if is_dashed else '[] 0 d'}"


def charts(page: Page) -> Iterator[Chart]:
    return (mark for mark in page.marks if isinstance(mark, Chart))
