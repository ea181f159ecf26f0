"""Pages and charts become one document, by pypdf: with a title, bookmarks, and nothing that changes by itself."""

import io
from collections.abc import Mapping
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    Fit,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from backend.report.chart import chart_pdf
from backend.report.drawing import charts
from backend.report.layout.marks import Chart, Layout


def bind(drawn: bytes, layout: Layout, metadata: Mapping[str, str]) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(drawn))
    for number, page in enumerate(layout.pages):
        for at, chart in enumerate(charts(page)):
            _put_chart(writer, writer.pages[number], chart, f"/Chart{at}", page.height)
    _put_bookmarks(writer, layout)
    writer.metadata = {f"/{key}": value for key, value in metadata.items()}
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject("en")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _put_chart(writer: PdfWriter, page: PageObject, chart: Chart, name: str, height: float) -> None:
    """As a form that the page shows (ISO 32000-1, 8.10), so that what is on the page need not be read again."""
    drawn: Any = PdfReader(io.BytesIO(chart_pdf(chart))).pages[0]
    form = StreamObject()
    form.set_data(drawn["/Contents"].get_data())
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = drawn.mediabox
    form[NameObject("/Resources")] = drawn["/Resources"].clone(writer)
    resources: Any = page["/Resources"]
    shown = resources.setdefault(NameObject("/XObject"), DictionaryObject())
    shown[NameObject(name)] = writer._add_object(form.flate_encode())
    code = StreamObject()
    code.set_data(f"q 1 0 0 1 {chart.x:.2f} {height - chart.y - chart.height:.2f} cm {name} Do Q\n".encode())
    before = page.raw_get("/Contents")
    parts = before if isinstance(before, ArrayObject) else [before]
    page[NameObject("/Contents")] = ArrayObject([*parts, writer._add_object(code)])


def _put_bookmarks(writer: PdfWriter, layout: Layout) -> None:
    parents: dict[int, IndirectObject] = {}
    for mark in layout.bookmarks:
        top = layout.pages[mark.page].height - mark.y + 12
        parents[mark.level] = writer.add_outline_item(
            title=mark.title,
            page_number=mark.page,
            parent=parents.get(mark.level - 1),
            fit=Fit.xyz(left=0, top=top),
            is_open=mark.level == 0,
        )
