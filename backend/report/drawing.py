"""Pages as data become pages of a PDF, each as soon as it is finished, so that a long report needs little memory.

Texts, lines and boxes are written in the operators of PDF itself (ISO 32000-1, 8.5 and 9.4). There are ten thousands of
them, and reportlab asks each number for its digits and measures each text again, which takes three times as long.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from reportlab.lib.colors import HexColor

from backend.report.file import File, Written, text_string
from backend.report.fonts import pieces, typefaces, width
from backend.report.layout.marks import Anchor, Bookmark, Box, Link, Mark, Page, Shape, Stroke, Text
from backend.report.layout.reading import as_seen
from backend.report.letters import Letters, put_font
from backend.report.outline import put_outline

CURVE = 0.5523
"""Of a radius: how far the points lie that make a quarter of a circle of a curve."""
OVER = 12.0
"""What is above a place that somebody goes to."""


class Drawn:
    """A page that is written but for its number and where its links lead."""

    def __init__(self, number: int, page: Written, size: tuple[float, float], content: int, links: list[Link]) -> None:
        self.number = number
        self.page = page
        self.size = size
        self.content = content
        self.links = links


class Drawing:
    def __init__(self) -> None:
        self._file = File()
        self._pages: list[Drawn] = []
        self._letters = {face: Letters() for face in typefaces()}
        self._resources, self._fonts = self._file.reserve()
        self._anchors: dict[str, str] = {}

    def add(self, page: Page) -> None:
        number, written = self._file.page()
        for mark in page.marks:
            if isinstance(mark, Anchor):
                self._anchors.setdefault(mark.name, _place(number, page.height - mark.y + OVER))
        content = self._file.stream(self._code(page.marks, page.height))
        links = [mark for mark in page.marks if isinstance(mark, Link)]
        self._pages.append(Drawn(number, written, (page.width, page.height), content, links))

    def made(
        self, bookmarks: Sequence[Bookmark], metadata: Mapping[str, str], numbered: Callable[[int, int], Text]
    ) -> bytes:
        """`numbered`: what stands on a page of so many."""
        for at, drawn in enumerate(self._pages):
            wide, high = drawn.size
            number = self._file.stream(self._code([numbered(at + 1, len(self._pages))], high))
            drawn.page.text = (
                f"<< /Type /Page /Parent {self._file.pages} 0 R /MediaBox [0 0 {wide:g} {high:g}] "
                f"/Resources {self._resources} 0 R /Contents [{drawn.content} 0 R {number} 0 R] "
                f"/Annots [{' '.join(self._links(drawn))}] >>"
            ).encode("latin-1")
        places = [
            _place(self._pages[mark.page].number, self._pages[mark.page].size[1] - mark.y + OVER) for mark in bookmarks
        ]
        put_outline(self._file, bookmarks, places)
        used = [(face, letters) for face, letters in self._letters.items() if letters]
        fonts = (f"/{face.name} {put_font(self._file, typefaces()[face].name, letters)} 0 R" for face, letters in used)
        self._fonts.text = f"<< /ProcSet [/PDF /Text] /Font << {' '.join(fonts)} >> >>".encode("latin-1")
        return self._file.made(_info(metadata), "<< /DisplayDocTitle true >>")

    def _code(self, marks: Iterable[Mark], height: float) -> bytes:
        texts: list[Text] = []
        code: list[str] = []
        for mark in marks:
            if isinstance(mark, Text):
                texts.append(mark)
            elif (shape := SHAPES.get(type(mark))) is not None:
                code.append(shape(mark, height))
        code += self._written(texts, height)
        return "\n".join(code).encode("latin-1")

    def _written(self, texts: Iterable[Text], height: float) -> Iterable[str]:
        """All of a page as one text; font and colour are set where they change."""
        ink, font = "", ("", 0.0)
        yield "BT"
        for text in texts:
            if text.ink != ink:
                ink = text.ink
                yield f"{_paint(ink)} rg"
            x = text.x
            seen = text.text if text.text.isascii() else as_seen(text.text)
            for face, piece in pieces(seen, text.face):
                if (face.name, text.size) != font:
                    font = face.name, text.size
                    yield f"/{face.name} {text.size:g} Tf"
                turn = "0 1 -1 0" if text.is_upright else "1 0 0 1"
                yield f"{turn} {x:.2f} {height - text.y:.2f} Tm ({piece.translate(self._letters[face])}) Tj"
                if piece is not seen:
                    x += width(piece, face, text.size)
        yield "ET"

    def _links(self, drawn: Drawn) -> Iterable[str]:
        """Those that lead somewhere."""
        for link in drawn.links:
            if link.to in self._anchors:
                top = drawn.size[1] - link.y
                where = f"{link.x:.2f} {top - link.height:.2f} {link.x + link.width:.2f} {top:.2f}"
                yield (
                    f"<< /Type /Annot /Subtype /Link /Rect [{where}] /Border [0 0 0] /Dest {self._anchors[link.to]} >>"
                )


def _place(page: int, top: float) -> str:
    """Where a link or a bookmark leads (ISO 32000-1, 12.3.2)."""
    return f"[{page} 0 R /XYZ 0 {top:.2f} 0]"


def _info(metadata: Mapping[str, str]) -> str:
    dates = ("CreationDate", "ModDate")
    said = (f"/{key} {f'({value})' if key in dates else text_string(value)}" for key, value in metadata.items())
    return f"<< {' '.join(said)} >>"


@cache
def _paint(ink: str) -> str:
    colour = HexColor(ink)
    return f"{colour.red:.3f} {colour.green:.3f} {colour.blue:.3f}"


@cache
def _pen(ink: str, wide: float, is_dashed: bool) -> str:
    return f"{_paint(ink)} RG {wide:g} w {'[2.2 1.8] 0 d' if is_dashed else '[] 0 d'}"


def _stroke(stroke: Stroke, height: float) -> str:
    line = f"{stroke.x1:.2f} {height - stroke.y1:.2f} m {stroke.x2:.2f} {height - stroke.y2:.2f} l S"
    return f"{_pen(stroke.ink, stroke.width, stroke.is_dashed)} {line}"


def _box(box: Box, height: float) -> str:
    pen = f"{_pen(box.ink, box.stroke, box.is_dashed)} " if box.ink is not None else ""
    fill = f"{_paint(box.fill)} rg " if box.fill is not None else ""
    how = "B" if box.ink and box.fill else "S" if box.ink else "f"
    bottom = height - box.y - box.height
    if box.radius:
        return f"{pen}{fill}{_round(box, bottom)} {how}"
    return f"{pen}{fill}{box.x:.2f} {bottom:.2f} {box.width:.2f} {box.height:.2f} re {how}"


def _round(box: Box, bottom: float) -> str:
    left, right, top = box.x, box.x + box.width, bottom + box.height
    r = box.radius
    k = r * (1 - CURVE)
    return (
        f"{left + r:.2f} {bottom:.2f} m {right - r:.2f} {bottom:.2f} l "
        f"{right - k:.2f} {bottom:.2f} {right:.2f} {bottom + k:.2f} {right:.2f} {bottom + r:.2f} c "
        f"{right:.2f} {top - r:.2f} l "
        f"{right:.2f} {top - k:.2f} {right - k:.2f} {top:.2f} {right - r:.2f} {top:.2f} c "
        f"{left + r:.2f} {top:.2f} l "
        f"{left + k:.2f} {top:.2f} {left:.2f} {top - k:.2f} {left:.2f} {top - r:.2f} c "
        f"{left:.2f} {bottom + r:.2f} l "
        f"{left:.2f} {bottom + k:.2f} {left + k:.2f} {bottom:.2f} {left + r:.2f} {bottom:.2f} c h"
    )


def _shape(shape: Shape, height: float) -> str:
    first, *others = (f"{x:.2f} {height - y:.2f}" for x, y in shape.points)
    return f"{_paint(shape.fill)} rg {first} m {' '.join(f'{point} l' for point in others)} h f"


SHAPES: dict[type[Mark], Callable[[Any, float], str]] = {Stroke: _stroke, Box: _box, Shape: _shape}
"""What is drawn below the texts."""
