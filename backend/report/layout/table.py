"""Tables: columns as wide as what they hold, cells in lines, rows that go on over the end of a page.

A column may be a chart: each row has its bars there, so that a number stands beside what it looks like.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.report.layout.marks import ACCENT, FAINT, INK, LINE, PALE, PAPER, Anchor, Box, Face, Link, Stroke, Text
from backend.report.layout.sheet import SPREAD, Sheet
from backend.report.layout.writing import Fonts, wrapped

PAD = 4.0
SIZE = 8.0
STEP = SIZE * SPREAD
GAP = 2.6
"""Between a row's line and its text."""


class Column(Struct, frozen=True):
    title: str
    most: float = 150.0
    grows: float = 0.0
    """Its share of what the others leave over."""
    is_right: bool = False
    is_chart: bool = False


class Cell(Struct, frozen=True):
    text: str
    face: Face = Face.PLAIN
    ink: str = INK
    link: str = ""


class Row(Struct, frozen=True):
    cells: tuple[Cell, ...]
    is_shaded: bool = False
    before: float = 0.0
    after: float = 0.0
    """For a chart; of the length that the column has, from 0 to 1."""
    anchor: str = ""


def put_table(sheet: Sheet, columns: Sequence[Column], rows: Sequence[Row], after: float = 8.0) -> None:
    widths = column_widths(sheet.fonts, columns, rows, sheet.width)
    sheet.ensure(3 * (STEP + 2 * GAP))
    _head(sheet, columns, widths)
    bars = Bars(columns, widths, sheet)
    for row in rows:
        _row(sheet, columns, widths, row, bars)
    bars.put(sheet)
    sheet.down(after)


class Bars:
    """A chart beside the rows of one page: lines of a grid, and of each row what was before and what came to it."""

    def __init__(self, columns: Sequence[Column], widths: Sequence[float], sheet: Sheet) -> None:
        at = next((number for number, column in enumerate(columns) if column.is_chart), None)
        self._left = 0.0 if at is None else sheet.left + sum(widths[:at]) + PAD
        self._width = 0.0 if at is None else widths[at] - 2 * PAD
        self._rows: list[tuple[float, Row]] = []

    def add(self, top: float, row: Row) -> None:
        if self._width:
            self._rows.append((top, row))

    def put(self, sheet: Sheet) -> None:
        if self._rows:
            for share in (0.0, 0.5, 1.0):
                x = self._left + share * self._width
                sheet.put(Stroke(x, self._rows[0][0], x, sheet.y, LINE, 0.4))
            for top, row in self._rows:
                sheet.put(*self._of(top + GAP, row))
            self._rows = []

    def _of(self, top: float, row: Row) -> Iterator[Box]:
        half = STEP / 2
        if row.before > 0:
            yield Box(self._left, top + 0.4, row.before * self._width, half - 0.8, ACCENT, PAPER, 0.6)
        if row.after > 0:
            yield Box(self._left, top + half + 0.4, row.after * self._width, half - 0.8, ACCENT, ACCENT, 0.6)


def column_widths(fonts: Fonts, columns: Sequence[Column], rows: Sequence[Row], whole: float) -> list[float]:
    wanted = [_wanted(fonts, column, [row.cells[at] for row in rows]) for at, column in enumerate(columns)]
    shares = sum(column.grows for column in columns)
    fixed = sum(width for width, column in zip(wanted, columns, strict=True) if not column.grows)
    least = whole / (2 * len(columns))
    if not shares:
        scale = min(1.0, whole / fixed)
        return [width * scale for width in wanted]
    scale = min(1.0, max(whole - least * shares, 0.0) / fixed) if fixed else 1.0
    left = whole - fixed * scale
    return [
        left * column.grows / shares if column.grows else width * scale
        for width, column in zip(wanted, columns, strict=True)
    ]


def _wanted(fonts: Fonts, column: Column, cells: Sequence[Cell]) -> float:
    if column.grows:
        return 0.0
    if column.is_chart:
        return column.most
    title = fonts.width(column.title, Face.BOLD, SIZE - 1)
    wide = max((fonts.width(cell.text[:200], cell.face, SIZE) for cell in cells), default=0.0)
    return min(max(title, wide) + 0.1, column.most) + 2 * PAD


def _head(sheet: Sheet, columns: Sequence[Column], widths: Sequence[float]) -> None:
    if not any(column.title for column in columns):
        return
    height = STEP + GAP
    sheet.put(Box(sheet.left, sheet.y, sheet.width, height, None, PALE))
    x = sheet.left
    for column, width in zip(columns, widths, strict=True):
        at = x + width - PAD - sheet.fonts.width(column.title, Face.BOLD, SIZE - 1) if column.is_right else x + PAD
        sheet.put(Text(at, sheet.y + GAP / 2 + SIZE, column.title, Face.BOLD, SIZE - 1, FAINT))
        x += width
    sheet.down(height)


def _row(sheet: Sheet, columns: Sequence[Column], widths: Sequence[float], row: Row, bars: Bars) -> None:
    lines = [
        wrapped(sheet.fonts, cell.text, max(width - 2 * PAD, 8.0), cell.face, SIZE)
        for cell, width in zip(row.cells, widths, strict=True)
    ]
    start, most = 0, max(len(each) for each in lines)
    while start < most:
        fitting = int((sheet.room - 2 * GAP) / STEP)
        if fitting < min(most - start, 4 if most > 8 else most) and not sheet.is_fresh:
            bars.put(sheet)
            sheet.turn()
            _head(sheet, columns, widths)
            continue
        if start == 0:
            bars.add(sheet.y, row)
            sheet.put(*((Anchor(row.anchor, sheet.y),) if row.anchor else ()))
        taken = max(1, min(most - start, fitting))
        _part(sheet, columns, widths, row, [each[start : start + taken] for each in lines], taken)
        start += taken


def _part(
    sheet: Sheet, columns: Sequence[Column], widths: Sequence[float], row: Row, lines: list[list[str]], count: int
) -> None:
    height = count * STEP + 2 * GAP
    if row.is_shaded:
        sheet.put(Box(sheet.left, sheet.y, sheet.width, height, None, PALE))
    x = sheet.left
    for column, width, cell, texts in zip(columns, widths, row.cells, lines, strict=True):
        for number, text in enumerate(texts):
            wide = sheet.fonts.width(text, cell.face, SIZE) if column.is_right or cell.link else 0.0
            at = x + width - PAD - wide if column.is_right else x + PAD
            top = sheet.y + GAP + number * STEP
            if cell.link and text:
                sheet.put(Link(at, top, wide, STEP, cell.link))
            sheet.put(Text(at, top + SIZE, text, cell.face, SIZE, cell.ink))
        x += width
    sheet.down(height)
    sheet.put(Stroke(sheet.left, sheet.y, sheet.left + sheet.width, sheet.y, LINE, 0.4))
