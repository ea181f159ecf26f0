"""What the prediction said of a service that was proved."""

from backend.report.layout.marks import BAD, INK, Face
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.routers import put_routers
from backend.report.pages.steps import Told, put_steps
from backend.report.pages.ways import Ends, put_ways
from backend.report.pages.words import agreement, service_name, spoken
from backend.report.result import Result, Service, ServiceComparison, Way

COLUMNS = (Column("Router", 90), Column("With the", 60), Column("", 110), Column("Why", grows=1))


def put_prediction(sheet: Sheet, result: Result, predicted: Service, proved: Service, told: Told) -> None:
    """Where both say the same, that is said beside the decision; where its way or its word is another, all of it."""
    found = compared_of(result, service_name(predicted))
    if not _is_told(predicted, proved, found):
        return
    sheet.heading("Prediction against proof", 10.0, keep=20)
    if found is not None:
        _put_agreement(sheet, found)
    if _word(predicted) != _word(proved):
        said = f"The prediction said {spoken(predicted.verdict)}: {predicted.reason or '—'}"
        sheet.write(said, size=8.5, after=4.0)
    for word, mine, real in (("there", predicted.forward, proved.forward), ("back", predicted.back, proved.back)):
        if mine and mine.reason != predicted.reason and _end(mine) not in (_end(real), "accepted"):
            sheet.write(f"Its way {word}: {_end(mine)}", size=8.5, after=4.0)
    for condition in predicted.conditions:
        if condition not in proved.conditions:
            sheet.point(condition, "?")
    is_other_way = _names(predicted.forward) != _names(proved.forward) or _names(predicted.back) != _names(proved.back)
    if is_other_way or (found is not None and found.agreement == "differs"):
        put_routers(sheet, predicted, ", by the prediction")
    if is_other_way:
        _put_way(sheet, result, predicted, told)


def compared_of(result: Result, name: str) -> ServiceComparison | None:
    services = result.comparison.services if result.comparison else ()
    return next((each for each in services if service_name(each) == name), None)


def _is_told(predicted: Service, proved: Service, found: ServiceComparison | None) -> bool:
    is_plain = found is not None and found.agreement == "agrees" and not found.why
    routers = found.routers if found else ()
    return not (
        is_plain
        and not any(router.why for router in routers)
        and set(predicted.conditions) <= set(proved.conditions)
        and _word(predicted) == _word(proved)
        and _names(predicted.forward) == _names(proved.forward)
        and _names(predicted.back) == _names(proved.back)
        and all(
            mine is None or mine.reason == predicted.reason or _end(mine) in (_end(real), "accepted")
            for mine, real in ((predicted.forward, proved.forward), (predicted.back, proved.back))
        )
    )


def _word(service: Service) -> tuple[object, ...]:
    """Why something is accepted, each says in its own way."""
    return service.verdict, service.decided_by, "" if service.verdict == "accepted" else service.reason


def _end(way: Way | None) -> str:
    if way is None or way.verdict == "accepted":
        return "accepted"
    return f"{spoken(way.verdict)}: {way.reason}"


def _names(way: Way | None) -> list[str]:
    return [hop.name for hop in way.path] if way else []


def _put_way(sheet: Sheet, result: Result, predicted: Service, told: Told) -> None:
    sheet.ensure(110.0)
    sheet.write("Its way is another one:", size=8.5)
    put_ways(sheet, predicted, predicted, Ends(result.asked.source, result.asked.destination))
    for title, way in (("there", predicted.forward), ("back", predicted.back)):
        if way is not None:
            heading = f"Each decision on the way {title}, by the prediction"
            put_steps(sheet, heading, way, None, told, service_name(predicted))


def _put_agreement(sheet: Sheet, found: ServiceComparison) -> None:
    ink = BAD if found.agreement == "differs" else INK
    why = f": {found.why}" if found.why else ""
    sheet.write(f"{agreement(found.agreement)}{why}", Face.BOLD, 8.5, ink, after=4.0)
    rows = [_row(each.name, each.direction, each.agreement, each.why) for each in found.routers if each.why]
    if rows:
        put_table(sheet, COLUMNS, rows)


def _row(name: str, direction: str, word: str, why: str) -> Row:
    way = Cell("answer" if direction == "return" else "packet")
    return Row((Cell(name, Face.BOLD), way, Cell(agreement(word), Face.BOLD), Cell(why)))
