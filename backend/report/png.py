"""Drawings as PNG, by what matplotlib draws with: the same marks as on paper."""

import io
from functools import cache, singledispatch
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D
from PIL import Image

from backend.report.fonts import pieces, typefaces, width
from backend.report.layout.marks import PAPER, Box, Face, Mark, Shape, Stroke, Text
from backend.report.layout.reading import as_seen

PER_INCH = 72.0
SHARP = 2.0
"""Dots for each point."""
MOST = 4096 * 4096
"""Dots; what is larger is drawn less sharp."""


class Canvas:
    def __init__(self, wide: float, high: float) -> None:
        self.scale = min(SHARP, (MOST / (wide * high)) ** 0.5)
        self.high = high
        self.renderer: Any = _renderer(round(wide * self.scale), round(high * self.scale), PER_INCH * self.scale)
        # y grows upwards here
        self.turned = Affine2D().scale(self.scale, -self.scale).translate(0, self.renderer.height)
        self.path(Path([(0, 0), (wide, 0), (wide, high), (0, high), (0, 0)], closed=True), None, PAPER)

    def path(self, path: Path, pen: Stroke | None, fill: str | None = None) -> None:
        context = self.renderer.new_gc()
        context.set_linewidth(pen.width if pen else 0.0)
        if pen is not None:
            context.set_foreground(pen.ink)
            if pen.is_dashed:
                context.set_dashes(0, [2.2, 1.8])
        self.renderer.draw_path(context, path, self.turned, to_rgb(fill) if fill else None)
        context.restore()

    def text(self, text: Text) -> None:
        context = self.renderer.new_gc()
        context.set_foreground(text.ink)
        x = text.x
        for face, piece in pieces(as_seen(text.text), text.face):
            place = x * self.scale, text.y * self.scale
            self.renderer.draw_text(context, *place, piece, _font(face, text.size), 0.0)
            x += width(piece, face, text.size)
        context.restore()

    def png(self) -> bytes:
        size = int(self.renderer.width), int(self.renderer.height)
        image = Image.frombuffer("RGBA", size, self.renderer.buffer_rgba()).convert("RGB")
        file = io.BytesIO()
        image.save(file, "PNG", dpi=(PER_INCH * self.scale, PER_INCH * self.scale))
        return file.getvalue()


def _renderer(*size: float) -> Any:
    """matplotlib says no types of it."""
    make: Any = RendererAgg
    return make(*size)


def png(marks: tuple[Mark, ...], wide: float, high: float) -> bytes:
    canvas = Canvas(wide, high)
    for mark in marks:
        _put(mark, canvas)
    return canvas.png()


@cache
def _font(face: Face, size: float) -> FontProperties:
    return FontProperties(fname=str(typefaces()[face].file), size=size)


@singledispatch
def _put(mark: Mark, canvas: Canvas) -> None:
    """What is no line, box or text is for paper only."""


@_put.register
def _(text: Text, canvas: Canvas) -> None:
    canvas.text(text)


@_put.register
def _(stroke: Stroke, canvas: Canvas) -> None:
    canvas.path(Path([(stroke.x1, stroke.y1), (stroke.x2, stroke.y2)]), stroke)


@_put.register
def _(shape: Shape, canvas: Canvas) -> None:
    canvas.path(Path([*shape.points, shape.points[0]], closed=True), None, shape.fill)


@_put.register
def _(box: Box, canvas: Canvas) -> None:
    pen = Stroke(0, 0, 0, 0, box.ink, box.stroke, box.is_dashed) if box.ink else None
    canvas.path(_round(box), pen, box.fill)


def _round(box: Box) -> Path:
    left, top, right, bottom, r = box.x, box.y, box.x + box.width, box.y + box.height, box.radius
    if not r:
        return Path([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], closed=True)
    corners = [((left, top + r), (left, top), (left + r, top)), ((right - r, top), (right, top), (right, top + r)),
               ((right, bottom - r), (right, bottom), (right - r, bottom)),
               ((left + r, bottom), (left, bottom), (left, bottom - r))]  # fmt: skip
    points, codes = [(left, bottom - r)], [Path.MOVETO]
    for begin, turn, end in corners:
        points += [begin, turn, end]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*points, points[0]], [*codes, Path.CLOSEPOLY])
