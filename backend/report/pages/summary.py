"""The first page: what was asked, by whom, and the answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from backend.report.layout.marks import BAD, FAINT, INK, TINTS, Face
from backend.report.layout.matrix import Line, Spot, put_matrix
from backend.report.layout.sheet import Sheet
from backend.report.layout.table import Cell, Column, Row, put_table
from backend.report.pages.ways import Ends, put_way
from backend.report.pages.words import (
    ABSENT,
    LEGEND,
    REACHED,
    STOPPED,
    UNDECIDED,
    agreement,
    anchor,
    counted,
    duration,
    moment,
    place,
    service_name,
    sign_of,
    spoken,
    whole,
)
from backend.report.result import Answer, Result, Router, Service, Summary, Wanted, Way

WORDS = {REACHED: "passes", STOPPED: "stopped", UNDECIDED: "depends"}
FEW = 4
"""Rules that are named in a sentence; the page of the service has all of them."""
LISTED = 12
"""Services that are named among the parameters; all are in the table below them."""
DRAWN = 2
"""Ways that are drawn on the summary; each service has its own on its page."""


def put_summary(sheet: Sheet, result: Result) -> None:
    sheet.bookmark("Summary", 0, "summary")
    sheet.write(f"{result.asked.source} → {result.asked.destination}", Face.BOLD, 17.0, after=2.0)
    said, ink = whole(result)
    sheet.write(said, Face.BOLD, 11.0, ink, after=7.0)
    _parameters(sheet, result)
    _answers(sheet, result)
    _comparison(sheet, result)
    _unusual(sheet, result)
    _matrix(sheet, result)
    _ways(sheet, result)
    _phases(sheet, result)


def answers_of(result: Result) -> dict[str, tuple[Service, str]]:
    """By the name of the service: what is known best, which is the proof where there is one."""
    known: dict[str, tuple[Service, str]] = {}
    for answer in (result.prediction, result.proof):
        if answer is not None:
            known |= {service_name(service): (service, answer.by) for service in answer.services}
    return known


def _parameters(sheet: Sheet, result: Result) -> None:
    asked = result.asked
    pairs = [
        ("Source", _named(result, asked.source)),
        ("Destination", _named(result, asked.destination)),
        ("Services", _listed(asked.services)),
        ("Source port", "chosen" if asked.source_port is None else str(asked.source_port)),
        ("First router", asked.gateway or "as the source is configured"),
        ("ToS, TTL", f"{asked.tos:#04x}, {asked.ttl}"),
        ("Path", "given by the user" if asked.trace is not None else "found"),
        *_snapshot(result),
        ("Asked by", result.user),
        ("Mode", result.mode),
        ("Submitted", moment(result.submitted)),
        ("Ended", moment(result.ended)),
        ("Job", result.job if result.attempt == 1 else f"{result.job}, attempt {result.attempt}"),
    ]
    half = -(-len(pairs) // 2)
    rows = []
    for left, right in zip(pairs[:half], [*pairs[half:], ("", "")], strict=False):
        rows.append(Row((Cell(left[0], ink=FAINT), Cell(left[1]), Cell(right[0], ink=FAINT), Cell(right[1]))))
    put_table(sheet, (Column("", 70), Column("", grows=1), Column("", 90), Column("", grows=1)), rows)


def _listed(services: Sequence[Wanted]) -> str:
    if len(services) > LISTED:
        return f"{len(services)}, each of them below"
    return ", ".join(service_name(each) for each in services) or "—"


def _snapshot(result: Result) -> Iterator[tuple[str, str]]:
    name, _, digest = result.network.partition("@")
    kept = result.snapshot
    yield "Network snapshot", name
    yield "Its hash", kept.hash if kept else digest or "—"
    if kept is None:
        return
    by = f" by {kept.created_by}" if kept.created_by else ""
    whence = f", {kept.origin}" if kept.origin else ""
    yield "Kept since", f"{moment(kept.created.isoformat().replace('+00:00', 'Z'))}{by}{whence}"
    ended = datetime.fromisoformat(result.ended) if result.ended else None
    if ended is not None and ended.tzinfo is not None:
        yield "Its age", f"{kept.age(ended)} at the end of the test"
    if kept.routers is not None:
        yield "Facts", f"{counted(kept.routers, 'router')}, {counted(len(kept.diagnostics), 'line')} not understood"


def _named(result: Result, address: str) -> str:
    """With the name of the host or router, where it is on a path."""
    ways = (way for service, _ in answers_of(result).values() for way in (service.forward, service.back) if way)
    names = (hop.name for way in ways for hop in way.path if hop.ip == address and hop.name != address)
    name = next(names, "")
    return f"{address} ({name})" if name else address


def _answers(sheet: Sheet, result: Result) -> None:
    sheet.heading("Answer for each service")
    known = answers_of(result)
    rows = [_answer(service, known.get(service_name(service))) for service in result.services]
    columns = (Column("Service", 70), Column("Verdict", 110), Column("By", 60), Column("What decides", grows=1))
    put_table(sheet, columns, rows)


def _answer(service: Summary, known: tuple[Service, str] | None) -> Row:
    sign = sign_of(service.verdict)
    back = " on the way back" if service.direction == "return" else ""
    return Row(
        (
            Cell(service_name(service), Face.MONO_BOLD, link=anchor(service)),
            Cell(f"{sign.text} {spoken(service.verdict)}{back}", Face.BOLD, sign.ink),
            Cell(service.by, ink=FAINT),
            Cell(f"{service.sentence or _decided(service)}{_let_through(known[0]) if known else ''}"),
        )
    )


def _let_through(service: Service) -> str:
    """Who is reached, is so by a rule on each router."""
    if service.verdict != "accepted":
        return ""
    by = (router.decided_by for router in service.routers)
    rules = [f"{each.router} {place(each)}" for each in by if each is not None and place(each)]
    more = f" and {len(rules) - FEW} more" if len(rules) > FEW else ""
    return f"; let through by {', '.join(rules[:FEW])}{more}" if rules else ""


def _decided(service: Summary) -> str:
    decision = service.decided_by
    if decision is None:
        return "—"
    return f"{decision.router} {place(decision)} {decision.text}"


def _matrix(sheet: Sheet, result: Result) -> None:
    known = answers_of(result)
    names = list(dict.fromkeys(router.name for service, _ in known.values() for router in service.routers))
    if not names:
        return
    sheet.heading("Each router alone, whatever the others do")
    lines = []
    for name, (service, _) in known.items():
        routers = {router.name: router for router in service.routers}
        lines.append(Line(name, tuple(_spot(routers.get(each)) for each in names), anchor(service)))
    put_matrix(sheet, names, lines)
    sheet.write(LEGEND, size=7.0, ink=FAINT, after=6.0)


def _spot(router: Router | None) -> Spot:
    if router is None:
        return Spot(ABSENT.text, ABSENT.ink, "not asked")
    sign, back = sign_of(router.verdict), sign_of(router.return_verdict)
    if router.verdict != "accepted" or router.return_verdict in (None, "accepted"):
        return Spot(sign.text, sign.ink, WORDS[sign], TINTS[sign.ink])
    return Spot(f"↩{back.text}", back.ink, f"answer {WORDS[back]}", TINTS[back.ink])


def _ways(sheet: Sheet, result: Result) -> None:
    drawn: dict[tuple[object, ...], tuple[str, Way, list[str], bool]] = {}
    for name, (service, _) in answers_of(result).items():
        for word, way in (("There", service.forward), ("Back", service.back)):
            if way is not None:
                key = (word, *((hop.name, hop.incoming, hop.outgoing, hop.verdict) for hop in way.path))
                drawn.setdefault(key, (word, way, [], word == "Back"))[2].append(name)
    if not drawn:
        return
    sheet.heading("Path" if len(drawn) == 1 else "Paths", keep=80)
    ends = Ends(result.asked.source, result.asked.destination)
    for word, way, names, is_back in list(drawn.values())[: 2 * DRAWN]:
        put_way(sheet, f"{word}: {', '.join(names)}", way, ends.back if is_back else ends)
    if len(drawn) > 2 * DRAWN:
        sheet.write(f"{len(drawn) - 2 * DRAWN} more on the pages of their services.", size=7.5, ink=FAINT)


def _comparison(sheet: Sheet, result: Result) -> None:
    sheet.heading("Prediction against proof", keep=24)
    comparison = result.comparison
    if result.mode == "predict":
        sheet.write("Only a prediction was asked for.", size=8.5, after=5.0)
        return
    if comparison is None:
        missing = " and ".join(
            word for word, answer in (("prediction", result.prediction), ("proof", result.proof)) if answer is None
        )
        sheet.write(f"Not compared: there is no {missing or 'comparison'}.", size=8.5, after=5.0)
        return
    sheet.write(comparison.sentence, Face.BOLD, 8.5, BAD if comparison.differs else INK, after=4.0)
    rows = [
        Row((Cell(service_name(each), Face.MONO, link=f"service-{service_name(each)}"),
             Cell(agreement(each.agreement), Face.BOLD, BAD if each.agreement == "differs" else FAINT),
             Cell(each.why)))
        for each in comparison.services
        if each.agreement != "agrees" or each.why
    ]  # fmt: skip
    if rows:
        put_table(sheet, (Column("Service", 70), Column("", 90), Column("Why", grows=1)), rows)


def _unusual(sheet: Sheet, result: Result) -> None:
    found = list(dict.fromkeys(_remarks(result)))
    sheet.heading("Remarks", keep=16)
    for remark in found:
        sheet.point(remark)
    if not found:
        sheet.write("No assumption was made, and no rule was refused.", size=8.5)
    sheet.down(4.0)


def _diagnostics(result: Result) -> Iterator[str]:
    """Of the routers that the result is about; of the others, how many there are."""
    found = result.snapshot.diagnostics if result.snapshot else ()
    concerned = {router.name for service, _ in answers_of(result).values() for router in service.routers}
    told = [each for each in found if each.router in concerned]
    for each in told:
        yield f"Not understood in the facts of {each.router}: {each.told}"
    if len(found) > len(told):
        yield f"Of the facts of other routers, {counted(len(found) - len(told), 'line')} could not be understood"


def _remarks(result: Result) -> Iterator[str]:
    answers: list[Answer] = [answer for answer in (result.prediction, result.proof) if answer is not None]
    assumed: dict[str, list[str]] = {}
    for answer in answers:
        for assumption in answer.assumptions:
            assumed.setdefault(assumption, []).append(answer.by)
    yield from (note for note in result.notes if note.removeprefix("assumed: ") not in assumed)
    yield from (f"Assumed by the {' and the '.join(whom)}: {assumption}" for assumption, whom in assumed.items())
    yield from _diagnostics(result)
    for answer in answers:
        for refusal in answer.refusals:
            yield f"Not in the lab: {refusal}"
        for service in answer.services:
            for condition in service.conditions:
                yield f"{service_name(service)}, condition of the {answer.by}: {condition}"


def _phases(sheet: Sheet, result: Result) -> None:
    if not result.phases:
        return
    sheet.heading("Course", keep=30)
    text = " · ".join(f"{each.phase} {duration(each.took_s)}" for each in result.phases)
    sheet.write(f"Started {moment(result.started)}: {text}", size=8.5)
