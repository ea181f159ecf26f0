"""A matrix: a row for each service, a column for each router, a sign where they meet."""

from collections.abc import Sequence

from msgspec import Struct

from backend.report.layout.marks import FAINT, INK, LINE, PALE, Box, Face, Link, Stroke, Text
from backend.report.layout.sheet import Sheet
from backend.report.layout.writing import shortened

SIZE = 7.5
ROW = 13.0
LEAST, NAMES = 34.0, 62.0
"""The width of a column at least, and that of the names of the rows."""


class Spot(Struct, frozen=True):
    text: str
    ink: str = INK


class Line(Struct, frozen=True):
    name: str
    spots: tuple[Spot, ...]
    link: str = ""


def put_matrix(sheet: Sheet, columns: Sequence[str], lines: Sequence[Line]) -> None:
    """What does not fit side by side goes on below, with the names of the rows once more."""
    fitting = int((sheet.width - NAMES) // LEAST)
    for start in range(0, len(columns), fitting):
        shown = columns[start : start + fitting]
        wide = (sheet.width - NAMES) / max(len(shown), min(fitting, 6))
        sheet.ensure(3 * ROW)
        _head(sheet, shown, wide)
        for line in lines:
            if sheet.room < ROW:
                sheet.turn()
                _head(sheet, shown, wide)
            _line(sheet, line, line.spots[start : start + fitting], wide)
        sheet.down(6.0)


def _head(sheet: Sheet, columns: Sequence[str], wide: float) -> None:
    sheet.put(Box(sheet.left, sheet.y, sheet.width, ROW, None, PALE))
    for at, name in enumerate(columns):
        short = shortened(sheet.fonts, name, wide - 2, Face.BOLD, SIZE - 1)
        _centred(sheet, short, at, wide, Face.BOLD, SIZE - 1, FAINT)
    sheet.down(ROW)


def _line(sheet: Sheet, line: Line, spots: Sequence[Spot], wide: float) -> None:
    name = shortened(sheet.fonts, line.name, NAMES - 6, Face.MONO, SIZE)
    if line.link:
        sheet.put(Link(sheet.left, sheet.y, NAMES, ROW, line.link))
    sheet.put(Text(sheet.left + 4, sheet.y + 9.5, name, Face.MONO, SIZE))
    for at, spot in enumerate(spots):
        _centred(sheet, spot.text, at, wide, Face.BOLD, SIZE, spot.ink)
    sheet.down(ROW)
    sheet.put(Stroke(sheet.left, sheet.y, sheet.left + sheet.width, sheet.y, LINE, 0.4))


def _centred(sheet: Sheet, text: str, at: int, wide: float, face: Face, size: float, ink: str) -> None:
    x = sheet.left + NAMES + (at + 0.5) * wide - sheet.fonts.width(text, face, size) / 2
    sheet.put(Text(x, sheet.y + 9.5, text, face, size, ink))
