"""What each router does with the packet and with the answer, and who else stands in the way."""

from collections.abc import Iterator

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.words import place, rule_anchor, sign_of, source_of, spoken
from backend.report.result import Decision, Router, Service, Way

COLUMNS = (
    Column("Router", 90),
    Column("In → out", 100),
    Column("Verdict", 120),
    Column("Decided by", grows=1),
    Column("Facts", 75),
)


def put_routers(sheet: Sheet, service: Service, remark: str = "") -> None:
    there = [row for router in service.routers for row in _there(router, service)]
    back = [row for router in service.routers for row in _back(router, service)]
    for title, rows in (("Routers, with the packet", there), ("Routers, with the answer", back)):
        if rows:
            sheet.heading(f"{title}{remark}", 10.0)
            put_table(sheet, COLUMNS, rows)


def put_blockers(sheet: Sheet, service: Service) -> None:
    """Besides what decided: all that would stop it if that were gone."""
    others = [(router, word, by, why) for router, word, by, why in _blocks(service) if by != service.decided_by]
    if not others:
        return
    sheet.heading("Further blockers", 10.0, keep=20)
    for router, word, by, why in others:
        sign = sign_of(word)
        sheet.point(f"{router} {spoken(word)}: {said(word, by, why)}", sign.text, sign.ink)
    sheet.down(3.0)


def _blocks(service: Service) -> Iterator[tuple[str, str, Decision | None, str]]:
    for router in service.routers:
        if router.verdict != "accepted":
            yield router.name, router.verdict, router.decided_by, router.reason
    for router in service.routers:
        if router.return_verdict not in (None, "accepted"):
            yield f"{router.name} (answer)", router.return_verdict or "", router.return_decided_by, router.return_reason


def _there(router: Router, service: Service) -> Iterator[Row]:
    yield _row(router.name, service.forward, router.verdict, router.decided_by, router.reason)


def _back(router: Router, service: Service) -> Iterator[Row]:
    if router.return_verdict is not None:
        yield _row(router.name, service.back, router.return_verdict, router.return_decided_by, router.return_reason)


def _row(name: str, way: Way | None, verdict: str, by: Decision | None, reason: str) -> Row:
    sign = sign_of(verdict)
    link = rule_anchor(by.router, by.section, by.line) if by else ""
    return Row(
        (
            Cell(name, Face.BOLD),
            Cell(_devices(way, name), Face.MONO, FAINT),
            Cell(f"{sign.text} {spoken(verdict)}", Face.BOLD, sign.ink),
            Cell(said(verdict, by, reason), link=link),
            Cell(source_of(by.section, by.line) if by else "", ink=FAINT),
        ),
        is_shaded=verdict != "accepted",
    )


def said(verdict: str, by: Decision | None, reason: str) -> str:
    """The reason of a stop says how it is stopped as well."""
    return (reason if verdict != "accepted" else "") or decided(by) or reason or "—"


def _devices(way: Way | None, name: str) -> str:
    hop = next((hop for hop in way.path if hop.name == name), None) if way else None
    return "—" if hop is None else f"{hop.incoming or '·'} → {hop.outgoing or '·'}"


def decided(by: Decision | None) -> str:
    if by is None:
        return ""
    where = place(by)
    if not where:
        return by.text
    return where if by.number is None else f"{where}: {by.text}"
