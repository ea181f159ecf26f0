"""In short, how the packet and its answer pass each router: policy rule, route, and the chains in order."""

from collections.abc import Iterator, Sequence

from backend.report.layout.marks import FAINT, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.steps import merged
from backend.report.result import Hop, Service, Step

COLUMNS = (
    Column("Router", 80),
    Column("In → out", 90),
    Column("Policy rule", grows=1),
    Column("Route", grows=1.6),
    Column("Chains, with the rules that matched", grows=2.4),
)


def put_passages(sheet: Sheet, service: Service, predicted: Service | None) -> None:
    for title, way, other in (
        ("Through each router, there", service.forward, predicted.forward if predicted else None),
        ("Through each router, back", service.back, predicted.back if predicted else None),
    ):
        rows = [_row(hop, merged(hop, other)) for hop in way.path if hop.is_router] if way else []
        if rows:
            sheet.heading(title, 10.0)
            put_table(sheet, COLUMNS, rows)


def _row(hop: Hop, steps: Sequence[Step]) -> Row:
    rule, route = (_last(steps, kind) for kind in ("policy_rule", "route"))
    return Row(
        (
            Cell(hop.name, Face.BOLD),
            Cell(f"{hop.incoming or '·'} → {hop.outgoing or '·'}", Face.MONO, FAINT),
            _cell(rule),
            _cell(route, f" in {route.table}" if route and route.table else ""),
            Cell("; ".join(chains(steps)) or "—"),
        ),
        is_shaded=hop.verdict != "accepted",
    )


def _last(steps: Sequence[Step], kind: str) -> Step | None:
    """The one before it did not decide."""
    return next((step for step in reversed(steps) if step.kind == kind), None)


def _cell(step: Step | None, more: str = "") -> Cell:
    return Cell("—") if step is None else Cell(f"{step.text}{more}", Face.MONO)


def chains(steps: Sequence[Step]) -> Iterator[str]:
    """`filter FORWARD 8, from-office 6 ACCEPT`: of each table its chains in order, what matched and what came of it."""
    walked: list[tuple[str, list[str]]] = []
    for step in steps:
        if step.chain is None or step.kind not in ("rule", "chain_policy"):
            continue
        said = f"{step.chain} {'policy' if step.number is None else step.number}"
        if step.number is None or step.outcome.isupper():
            said = f"{said} {step.outcome}"
        if walked and walked[-1][0] == step.table:
            walked[-1][1].append(said)
        else:
            walked.append((step.table or "", [said]))
    return (f"{table} {', '.join(parts)}" for table, parts in walked)
