"""A result in the form that a file's name asks for."""

import csv
import io
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from backend.cli.error import UsageError
from backend.cli.report.documents import encoded

Document = Mapping[str, Any]
FORMS = ("pdf", "svg", "png", "csv", "json")
PAPERS = ("A4", "Letter")
COLUMNS = (
    "service",
    "verdict",
    "reachable",
    "direction",
    "by",
    "router",
    "table",
    "chain",
    "number",
    "rule",
    "sentence",
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""With which spreadsheets begin a formula."""


def form_of(file: str, wanted: str | None) -> str:
    found = wanted or PurePath(file).suffix.removeprefix(".").lower()
    if found not in FORMS:
        raise UsageError(f"{file}: its ending says no form of {', '.join(FORMS)}; --format does")
    return found


def drawn(document: Document, form: str, paper: str = "A4", service: str | None = None) -> bytes:
    """UsageError: there is no such service. Of pictures the first one is drawn where none is named."""
    from backend.report import ReportError, parts, path_picture, pdf  # which brings all that draws

    try:
        if form == "pdf":
            return pdf(document, paper, service)
        if form in ("svg", "png"):
            names = parts(document)[1:-1]
            if not names:
                raise UsageError("the result has no service to draw")
            return path_picture(document, service or names[0], form)
    except ReportError as error:
        raise UsageError(str(error)) from None
    return table(document) if form == "csv" else encoded(document)


def table(document: Document) -> bytes:
    """A row for each service (RFC 4180)."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for each in document["services"]:
        decided = each.get("decided_by") or {}
        name = f"{each['port']}/{each['protocol']}" if each.get("port") else each["protocol"]
        where = [decided.get(key) for key in ("router", "table", "chain", "number", "text")]
        said = [each.get(key) for key in ("verdict", "reachable", "direction", "by")]
        rows.writerow([_cell(value) for value in (name, *said, *where, each.get("sentence"))])
    return text.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.startswith(RISKY) else text
