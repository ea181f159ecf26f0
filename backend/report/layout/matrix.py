"""A matrix: a row for each service, a column for each router, a sign where they meet."""

from collections.abc import Sequence

from msgspec import Struct

from backend.report.layout.marks import FAINT, INK, LINE, PALE, Box, Face, Link, Stroke, Text
from backend.report.layout.sheet import Sheet
from backend.report.layout.writing import shortened

SIZE = 7.5
ROW = 13.0
NAMES = 62.0
"""The width of the names of the rows."""
LEAST, NARROW = 34.0, 14.5
"""Of a column, with its name across and with its name upright, which there is room for in 30 of them."""
HIGHEST = 80.0


class Spot(Struct, frozen=True):
    text: str
    ink: str = INK
    word: str = ""
    """Beside it, where there is room in all columns."""
    fill: str | None = None


class Line(Struct, frozen=True):
    name: str
    spots: tuple[Spot, ...]
    link: str = ""


def put_matrix(sheet: Sheet, columns: Sequence[str], lines: Sequence[Line]) -> None:
    """What does not fit side by side goes on below, with the names of the rows once more."""
    across = int((sheet.width - NAMES) // LEAST)
    is_upright = len(columns) > across
    fitting = int((sheet.width - NAMES) // NARROW) if is_upright else across
    words = max((_wide(sheet, spot) for line in lines for spot in line.spots), default=0.0)
    for start in range(0, len(columns), fitting):
        shown = columns[start : start + fitting]
        wide = (sheet.width - NAMES) / max(len(shown), min(fitting, 6))
        head = _upright if is_upright else _head
        sheet.ensure(3 * ROW + HIGHEST * is_upright)
        head(sheet, shown, wide)
        for line in lines:
            if sheet.room < ROW:
                sheet.turn()
                head(sheet, shown, wide)
            _line(sheet, line, line.spots[start : start + fitting], wide, words <= wide - 4)
        sheet.down(6.0)


def _head(sheet: Sheet, columns: Sequence[str], wide: float) -> None:
    sheet.put(Box(sheet.left, sheet.y, sheet.width, ROW, None, PALE))
    for at, name in enumerate(columns):
        short = shortened(sheet.fonts, name, wide - 2, Face.BOLD, SIZE - 1)
        _centred(sheet, short, at, wide, Face.BOLD, SIZE - 1, FAINT)
    sheet.down(ROW)


def _upright(sheet: Sheet, columns: Sequence[str], wide: float) -> None:
    short = [shortened(sheet.fonts, name, HIGHEST - 6, Face.BOLD, SIZE - 1) for name in columns]
    height = max(sheet.fonts.width(name, Face.BOLD, SIZE - 1) for name in short) + 6
    sheet.put(Box(sheet.left, sheet.y, sheet.width, height, None, PALE))
    for at, name in enumerate(short):
        x = sheet.left + NAMES + (at + 0.5) * wide + SIZE / 3
        sheet.put(Text(x, sheet.y + height - 3, name, Face.BOLD, SIZE - 1, FAINT, is_upright=True))
    sheet.down(height)


def _wide(sheet: Sheet, spot: Spot) -> float:
    return sheet.fonts.width(f"{spot.text} {spot.word}", Face.BOLD, SIZE)


def _line(sheet: Sheet, line: Line, spots: Sequence[Spot], wide: float, has_words: bool) -> None:
    name = shortened(sheet.fonts, line.name, NAMES - 6, Face.MONO, SIZE)
    if line.link:
        sheet.put(Link(sheet.left, sheet.y, NAMES, ROW, line.link))
    sheet.put(Text(sheet.left + 4, sheet.y + 9.5, name, Face.MONO, SIZE))
    for at, spot in enumerate(spots):
        if spot.fill is not None:
            sheet.put(Box(sheet.left + NAMES + at * wide + 0.8, sheet.y + 0.8, wide - 1.6, ROW - 1.6, None, spot.fill))
        said = f"{spot.text} {spot.word}".strip() if has_words else spot.text
        _centred(sheet, said, at, wide, Face.BOLD, SIZE, spot.ink)
    sheet.down(ROW)
    sheet.put(Stroke(sheet.left, sheet.y, sheet.left + sheet.width, sheet.y, LINE, 0.4))


def _centred(sheet: Sheet, text: str, at: int, wide: float, face: Face, size: float, ink: str) -> None:
    x = sheet.left + NAMES + (at + 0.5) * wide - sheet.fonts.width(text, face, size) / 2
    sheet.put(Text(x, sheet.y + 9.5, text, face, size, ink))
