"""Which rules counted packets, before and after, as numbers and as bars."""

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.result import Count, Router, Service

COLUMNS = (
    Column("Router", 80),
    Column("Rule", 105),
    Column("Text", grows=1),
    Column("Before", 50, is_right=True),
    Column("After", 50, is_right=True),
    Column("Packets", 70, is_chart=True),
)


def put_counters(sheet: Sheet, service: Service) -> None:
    counts = [(router, count) for router in service.routers for count in router.counted]
    sheet.heading("Rules that counted its packets", 10.0)
    if not counts:
        sheet.write("None: no rule matched a packet of this service.", size=8.5, after=5.0)
        return
    most = max(max(count.before, count.after) for _, count in counts) or 1
    put_table(sheet, COLUMNS, [_row(router, count, most) for router, count in counts], after=2.0)
    sheet.write(f"Bars: hollow before, filled after; the longest is {most}.", size=7.0, ink=FAINT, after=6.0)


def _row(router: Router, count: Count, most: int) -> Row:
    cells = (
        Cell(router.name),
        Cell(f"{count.table} {count.chain} {count.number}"),
        Cell(count.text, Face.MONO),
        Cell(str(count.before)),
        Cell(str(count.after), Face.BOLD),
        Cell(""),
    )
    return Row(cells, before=count.before / most, after=count.after / most)
