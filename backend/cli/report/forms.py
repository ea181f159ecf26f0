"""A result in the form that a file's name asks for."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from backend.cli.error import UsageError
from backend.cli.report.documents import encoded

Document = Mapping[str, Any]
FORMS = ("pdf", "svg", "png", "csv", "json")
PAPERS = ("A4", "Letter")


def form_of(file: str, wanted: str | None) -> str:
    found = wanted or PurePath(file).suffix.removeprefix(".").lower()
    if found not in FORMS:
        raise UsageError(f"{file}: its ending says no form of {', '.join(FORMS)}; --format does")
    return found


def drawn(document: Document, form: str, paper: str = "A4", service: str | None = None) -> bytes:
    """UsageError: there is no such service. Of pictures the first one is drawn where none is named."""
    from backend.report import ReportError, parts, path_picture, pdf, table  # which brings all that draws

    try:
        if form == "pdf":
            return pdf(document, paper, service)
        if form in ("svg", "png"):
            names = parts(document)[1:-1]
            if not names:
                raise UsageError("the result has no service to draw")
            return path_picture(document, service or names[0], form)
        return table(document) if form == "csv" else encoded(document)
    except ReportError as error:
        raise UsageError(str(error)) from None
