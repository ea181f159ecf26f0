"""Bars by matplotlib, as a page of their own that can be put on another one.

Only what is measured is drawn here; letters are the page's own, so that all of a report has the same fonts and no
figure pays for axes that it does not show.
"""

import io
from typing import Any

from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure

from backend.report.layout.marks import ACCENT, LINE, PAPER, Bar, Chart

PER_INCH = 72.0


def chart_pdf(chart: Chart) -> bytes:
    figure = Figure(figsize=(chart.width / PER_INCH, chart.height / PER_INCH), facecolor="none")
    grid = [[(x / chart.width, 0.0), (x / chart.width, 1.0)] for x in chart.grid]
    figure.add_artist(LineCollection(grid, colors=LINE, linewidths=0.4, zorder=0))
    for is_hollow, fill in ((True, PAPER), (False, ACCENT)):
        bars = [_corners(chart, bar) for bar in chart.bars if bar.is_hollow is is_hollow]
        if bars:
            figure.add_artist(PolyCollection(bars, facecolors=fill, edgecolors=ACCENT, linewidths=0.6))
    file = io.BytesIO()
    # no date, so that the same bars are the same bytes
    canvas: Any = FigureCanvasPdf(figure)
    canvas.print_pdf(file, metadata={"CreationDate": None})
    return file.getvalue()


def _corners(chart: Chart, bar: Bar) -> list[tuple[float, float]]:
    left, right = bar.x / chart.width, (bar.x + bar.width) / chart.width
    top, bottom = 1 - bar.y / chart.height, 1 - (bar.y + bar.height) / chart.height
    return [(left, bottom), (right, bottom), (right, top), (left, top)]
