"""A result document becomes a PDF."""

from collections.abc import Callable
from functools import partial

from backend.report.drawing import Drawing
from backend.report.error import ReportError
from backend.report.fonts import fonts
from backend.report.layout.marks import Page
from backend.report.layout.sheet import SIZES, Sheet
from backend.report.pages.appendix import put_appendix
from backend.report.pages.service import put_service
from backend.report.pages.steps import Told
from backend.report.pages.summary import put_summary
from backend.report.pages.words import moment, service_name, title
from backend.report.reading import Document, as_json, printed
from backend.report.result import Result, read_result

SUMMARY, APPENDIX = "summary", "appendix"


def pdf(document: Document, paper: str = "A4", only: str | None = None, snapshot: bytes = b"null") -> bytes:
    """The same document gives the same bytes. What is no result document is a ReportError.

    `only`: one part of it, see `parts`. `snapshot`: JSON of what is known of the facts (`Snapshot`).
    """
    result = read_result(as_json(document), printed, snapshot)
    drawing = Drawing()
    sheet = laid_out(result, paper, only, drawing.add)
    metadata = _metadata(result)
    del document, result  # of a long one they are more than its pages, which now become one file
    return drawing.made(sheet.bookmarks, metadata, sheet.numbered)


def parts(document: Document) -> list[str]:
    """What can be had alone: `summary`, each service such as `443/tcp`, `appendix`."""
    result = read_result(as_json(document), printed)
    return [SUMMARY, *(service_name(service) for service in result.services), APPENDIX]


def laid_out(
    result: Result, paper: str = "A4", only: str | None = None, take: Callable[[Page], None] | None = None
) -> Sheet:
    if paper not in SIZES:
        raise ReportError(f"paper: {paper!r} is none of {', '.join(SIZES)}")
    remark = f"Job {result.job} · network {result.network} · ended {moment(result.ended)}"
    sheet = Sheet(fonts(), paper, title(result), remark, take)
    told = Told()
    put: dict[str, Callable[[], None]] = {SUMMARY: lambda: put_summary(sheet, result)}
    for service in result.services:
        put[service_name(service)] = partial(put_service, sheet, result, service, told)
    put[APPENDIX] = lambda: put_appendix(sheet, result)
    if only is not None and only not in put:
        raise ReportError(f"part: {only!r} is none of {', '.join(put)}")
    for part in put if only is None else (only,):
        put[part]()
    sheet.close()
    return sheet


def _metadata(result: Result) -> dict[str, str]:
    services = ", ".join(f"{service_name(each)} {each.verdict}" for each in result.services)
    date = _date(result.ended)
    return {
        "Title": title(result),
        "Author": result.user,
        "Subject": f"Job {result.job} on {result.network}: {services}"[:2000],
        "Creator": "tsim",
        "Producer": "reportlab",
    } | ({"CreationDate": date, "ModDate": date} if date else {})


def _date(text: str | None) -> str:
    """As PDFs write it (ISO 32000-1, 7.9.4): D:20260701120000Z."""
    digits = "".join(sign for sign in (text or "")[:19] if sign.isdigit())
    return f"D:{digits}Z" if len(digits) == 14 and (text or "").endswith("Z") else ""
