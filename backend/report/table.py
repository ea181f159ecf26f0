"""A result as CSV (RFC 4180): for each service a row about all of it, and one for each router."""

import csv
import io
from collections.abc import Iterator

from backend.report.pages.compared import compared_of
from backend.report.pages.routers import decided
from backend.report.pages.words import service_name, source_of
from backend.report.reading import Document, as_json, printed
from backend.report.result import Decision, Result, Router, Service, Summary, read_result

HEAD = (
    "service", "port", "protocol", "router", "verdict", "answer", "reachable", "by", "agreement", "decided by",
    "action", "facts", "answer decided by", "answer facts", "packets before", "packets after", "sentence",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would compute what begins so (OWASP, CSV injection)."""


def table(document: Document) -> bytes:
    """In UTF-8, with a mark at the beginning by which spreadsheets know that."""
    result = read_result(as_json(document), printed)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEAD)
    for summary in result.services:
        for row in _rows(result, summary):
            writer.writerow([_harmless(each) for each in row])
    return file.getvalue().encode("utf-8-sig")


def _harmless(value: str | int | None) -> str | int:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _rows(result: Result, summary: Summary) -> Iterator[tuple[str | int | None, ...]]:
    name = service_name(summary)
    start = name, summary.port, summary.protocol
    compared = compared_of(result, name)
    agreement = compared.agreement if compared else ""
    answer = "accepted" if summary.verdict == "accepted" else ""
    there, back = (summary.verdict, answer) if summary.direction == "forward" else ("accepted", summary.verdict)
    by = _decision(summary.decided_by)
    sides = (*by, "", "") if summary.direction == "forward" else ("", by[1], "", by[0], by[2])
    reached = "yes" if summary.reachable else "no"
    yield *start, "", there, back, reached, summary.by, agreement, *sides, "", "", summary.sentence
    service = _known(result, summary)
    agreements = {each.name: each.agreement for each in compared.routers} if compared else {}
    for router in service.routers if service else ():
        yield *start, *_router(router, summary.by, agreements.get(router.name, ""))


def _router(router: Router, by: str, agreement: str) -> tuple[str | int | None, ...]:
    back = _decision(router.return_decided_by)
    before, after = (sum(getattr(each, name) for each in router.counted) for name in ("before", "after"))
    return (
        router.name, router.verdict, router.return_verdict, "", by, agreement, *_decision(router.decided_by),
        back[0], back[2], before, after, router.reason or router.return_reason,
    )  # fmt: skip


def _decision(by: Decision | None) -> tuple[str, str, str]:
    return ("", "", "") if by is None else (decided(by), by.action, source_of(by.section, by.line))


def _known(result: Result, summary: Summary) -> Service | None:
    for answer in (result.proof, result.prediction):
        if answer is not None and (found := answer.find(summary)) is not None:
            return found
    return None
