"""Rules, policies and routes that the report names, as they stand in the facts."""

import json
from collections.abc import Iterator

from msgspec import Struct

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.words import rule_anchor, source_of
from backend.report.result import Decision, Result, Service, Step

COLUMNS = (Column("Facts", 110), Column("Where", 120), Column("Verbatim", grows=1))


class Named(Struct, frozen=True):
    router: str
    section: str | None
    line: int | None
    where: str
    text: str


def put_appendix(sheet: Sheet, result: Result) -> None:
    named = sorted(_all(result), key=_order)
    if not named and result.asked.trace is None:
        return
    sheet.begin()
    sheet.bookmark("Appendix: rules and routes", 0, "appendix")
    sheet.write("Appendix: rules and routes of this report", Face.BOLD, 13.0, after=3.0)
    sheet.write("Verbatim, by router, with section and line of its facts.", size=8.5, ink=FAINT, after=4.0)
    for router in dict.fromkeys(each.router for each in named):
        _put_router(sheet, router, [each for each in named if each.router == router])
    if result.asked.trace is not None:
        sheet.heading("The trace that was given", 10.0)
        sheet.write(json.dumps(result.asked.trace, ensure_ascii=False), Face.MONO, 7.5)


def _put_router(sheet: Sheet, router: str, named: list[Named]) -> None:
    sheet.heading(router, 10.0)
    sheet.bookmark(router, 1)
    rows = []
    known: set[str] = set()
    for each in named:
        mark = rule_anchor(each.router, each.section, each.line)
        cells = (
            Cell(source_of(each.section, each.line), ink=FAINT),
            Cell(each.where),
            Cell(each.text, Face.MONO),
        )
        rows.append(Row(cells, anchor="" if mark in known else mark))
        known.add(mark)
    put_table(sheet, COLUMNS, rows)


def _order(named: Named) -> tuple[object, ...]:
    return named.router, named.section or "~", named.line is not None, named.line or 0, named.where, named.text


def _all(result: Result) -> set[Named]:
    """What only counted has a line without section; what is known with its section is not told twice."""
    found = set(_named(result))
    known = {(each.router, each.line, each.text) for each in found}
    return found | {each for each in _counted(result) if (each.router, each.line, each.text) not in known}


def _counted(result: Result) -> Iterator[Named]:
    for answer in (result.prediction, result.proof):
        for service in answer.whole() if answer else ():
            for router in service.routers:
                for each in router.counted:
                    where = _where(each.table, each.chain, each.number)
                    yield Named(router.name, None, each.line or None, where, each.text)


def _named(result: Result) -> Iterator[Named]:
    for answer in (result.prediction, result.proof):
        for service in answer.whole() if answer else ():
            yield from _of_service(service)


def _of_service(service: Service) -> Iterator[Named]:
    for way in (service.forward, service.back):
        for each in (way, *way.alternatives) if way else ():
            for hop in each.path:
                yield from (_step(hop.name, step) for step in hop.steps if step.section)
    for router in service.routers:
        yield from (_decision(by) for by in (router.decided_by, router.return_decided_by) if by and by.section)
    if service.decided_by and service.decided_by.section:
        yield _decision(service.decided_by)


def _step(router: str, step: Step) -> Named:
    return Named(router, step.section, step.line, _where(step.table, step.chain, step.number), step.text)


def _decision(by: Decision) -> Named:
    return Named(by.router, by.section, by.line, _where(by.table, by.chain, by.number), by.text)


def _where(table: str | None, chain: str | None, number: int | None) -> str:
    return " ".join(str(each) for each in (table, chain, number) if each is not None)
