"""The pages of one service: all that is known of it."""

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.compared import compared_of, put_prediction
from backend.report.pages.counters import put_counters
from backend.report.pages.passages import put_passages
from backend.report.pages.routers import decided, put_blockers, put_routers
from backend.report.pages.steps import Told, put_steps
from backend.report.pages.ways import Ends, put_ways
from backend.report.pages.words import (
    agreement,
    anchor,
    rule_anchor,
    service_name,
    sign_of,
    source_of,
    spoken,
)
from backend.report.result import Result, Service, Summary

FEW = 6


def put_service(sheet: Sheet, result: Result, summary: Summary, told: Told) -> None:
    """On a new page. Where there is a proof, it is told; routes, which only a prediction tells, are added."""
    sheet.begin()
    _title(sheet, summary)
    predicted, proved = (answer.find(summary) if answer else None for answer in (result.prediction, result.proof))
    service = proved or predicted
    if service is None:
        sheet.write("Neither a prediction nor a proof says anything about it.", size=9.0)
        return
    _decision(sheet, service, _agreed(result, summary))
    put_blockers(sheet, service)
    ends = Ends(result.asked.source, result.asked.destination)
    put_ways(sheet, service, predicted or service, ends)
    put_passages(sheet, service, predicted)
    put_routers(sheet, service)
    put_counters(sheet, service)
    _translations(sheet, service)
    _doubts(sheet, service)
    _steps(sheet, service, predicted, told)
    if proved is not None and predicted is not None:
        put_prediction(sheet, result, predicted, proved, told)


def _steps(sheet: Sheet, service: Service, predicted: Service | None, told: Told) -> None:
    for title, way, other in (
        ("Each decision on the way there", service.forward, predicted.forward if predicted else None),
        ("Each decision on the way back", service.back, predicted.back if predicted else None),
    ):
        if way is not None:
            put_steps(sheet, title, way, other, told, service_name(service))


def _title(sheet: Sheet, summary: Summary) -> None:
    sign = sign_of(summary.verdict)
    back = " on the way back" if summary.direction == "return" else ""
    title = f"{service_name(summary)}   {sign.text} {spoken(summary.verdict)}{back}"
    sheet.bookmark(f"{sign.text} {service_name(summary)} {spoken(summary.verdict)}{back}", 0, anchor(summary))
    sheet.write(title, Face.BOLD, 15.0, sign.ink, after=3.0)
    sheet.write(f"{summary.sentence or '—'} (by {summary.by})", size=9.5, after=5.0)


def _agreed(result: Result, summary: Summary) -> str:
    found = compared_of(result, service_name(summary))
    if found is not None:
        return f"{agreement(found.agreement)}: prediction and proof" if not found.why else agreement(found.agreement)
    return "only a prediction" if result.proof is None else ""


def _decision(sheet: Sheet, service: Service, agreed: str) -> None:
    by = service.decided_by
    sheet.heading("What decides", 10.0)
    pairs = [("In words", service.reason)]
    if by is None and service.verdict == "accepted":
        pairs += _let_through(service)
    if by is not None:
        pairs += [
            ("Router", by.router),
            ("Decision", decided(by)),
            ("Action", by.action),
            ("Comment", by.comment or ""),
        ]
    pairs.append(("Certainty", agreed))
    rows = [Row((Cell(name, ink=FAINT), Cell(text, Face.BOLD))) for name, text in pairs if text]
    if by is not None and (where := source_of(by.section, by.line)):
        rows.append(Row((Cell("Facts", ink=FAINT), Cell(where, link=rule_anchor(by.router, by.section, by.line)))))
    put_table(sheet, (Column("", 70), Column("", grows=1)), rows)


def _let_through(service: Service) -> list[tuple[str, str]]:
    """Where they are few; all stand with their routers below."""
    rules = [(router.name, decided(router.decided_by)) for router in service.routers if router.decided_by is not None]
    return rules if len(rules) <= FEW else [("Routers", f"{len(rules)} let it through, each by the rule named below")]


def _translations(sheet: Sheet, service: Service) -> None:
    rows = [
        Row((Cell(hop.name, Face.BOLD), Cell(word), Cell(step.text, Face.MONO), Cell(step.outcome, Face.MONO)))
        for word, way in (("packet", service.forward), ("answer", service.back))
        for hop in (way.path if way else ())
        for step in hop.steps
        if step.kind == "translation"
    ]
    if rows:
        sheet.heading("Address translation", 10.0)
        columns = (Column("Router", 90), Column("Of the", 50), Column("Before", grows=1), Column("After", grows=1))
        put_table(sheet, columns, rows)


def _doubts(sheet: Sheet, service: Service) -> None:
    if service.conditions:
        sheet.heading("Conditions", 10.0, keep=20)
        for condition in service.conditions:
            sheet.point(condition, "?")
        sheet.down(3.0)
