"""Every decision on a way, router by router."""

from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from backend.report.layout.marks import FAINT, INK, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.words import source_of, spoken
from backend.report.result import Hop, Step, Way

OF_RULES = ("rule", "chain_policy")
SEEN = (*OF_RULES, "translation", "mark")
"""Steps that a proof sees; the others, of routes, only a prediction tells."""
COLUMNS = (
    Column("Step", 62),
    Column("Where", 110),
    Column("What", grows=3.2),
    Column("Outcome", grows=1.7),
    Column("Facts", 98),
)


class Told:
    """What the pages before have told: a router decides the same for most services, which then need not be repeated."""

    def __init__(self) -> None:
        self._services: dict[bytes, str] = {}

    def by(self, service: str, hop: Hop, steps: tuple[Step, ...]) -> str:
        """The service on whose page it stands; empty where it is told for the first time, which it is now."""
        all_of_it = msgspec.json.encode((hop.name, hop.incoming, hop.outgoing, steps))
        found = self._services.setdefault(blake2b(all_of_it, digest_size=16).digest(), service)
        return "" if found == service else found


def put_steps(sheet: Sheet, title: str, way: Way, predicted: Way | None, told: Told, service: str) -> None:
    parts = [(hop, merged(hop, predicted)) for hop in way.path]
    if any(steps for _, steps in parts):
        sheet.heading(title, 10.0)
    for hop, steps in parts:
        if steps:
            _put_hop(sheet, hop, steps, told.by(service, hop, steps))


def _put_hop(sheet: Sheet, hop: Hop, steps: Sequence[Step], known: str) -> None:
    sheet.ensure(20.0 if known else 60.0)
    way = f": in {hop.incoming or '—'}, out {hop.outgoing or '—'}" if hop.is_router else ""
    sheet.write(f"{hop.name}{way}", Face.BOLD, 8.5, after=2.0)
    if known:
        sheet.write(f"The same decisions as for {known}.", size=8.5, indent=4.0, link=f"service-{known}", after=5.0)
    else:
        put_table(sheet, COLUMNS, [_row(step) for step in steps], after=5.0)


def merged(hop: Hop, predicted: Way | None) -> tuple[Step, ...]:
    """With the routes of the prediction, at their places where both met the same rules, else before them."""
    other = next((each for each in predicted.path if each.name == hop.name), None) if predicted else None
    if other is None or any(step.kind not in SEEN for step in hop.steps):
        return hop.steps
    if _rules(other.steps) == _rules(hop.steps) and set(hop.steps) <= set(other.steps):
        return other.steps
    return (*(step for step in other.steps if step.kind not in SEEN), *hop.steps)


def _rules(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.kind in OF_RULES]


def _row(step: Step) -> Row:
    is_policy, is_rule = step.kind == "chain_policy", step.kind == "rule"
    return Row(
        (
            Cell(spoken(step.kind), ink=FAINT),
            Cell(_where(step)),
            Cell(step.text, Face.MONO, FAINT if is_policy else INK),
            Cell(step.outcome, Face.BOLD if is_rule else Face.PLAIN),
            Cell(source_of(step.section, step.line), ink=FAINT),
        )
    )


def _where(step: Step) -> str:
    if step.chain is None:
        return f"table {step.table}" if step.table else ""
    where = f"{step.table} {step.chain}"
    return where if step.number is None else f"{where} {step.number}"
