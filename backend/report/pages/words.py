"""Words and signs of a report. A sign says what a colour says, for those who print without colours."""

from msgspec import Struct

from backend.report.layout.marks import BAD, FAINT, GOOD, INK, OPEN
from backend.report.result import Decision, Result, Service, ServiceComparison, Summary, Wanted

OPEN_VERDICTS = ("conditional", "unknown", "exits_network")


class Sign(Struct, frozen=True):
    text: str
    ink: str


REACHED, STOPPED, UNDECIDED, ABSENT = Sign("✓", GOOD), Sign("✗", BAD), Sign("?", OPEN), Sign("·", FAINT)
LEGEND = "✓ lets it pass | ✗ stops it | ? depends or is not known | ↩✗ stops the answer | · not on its way, not asked"


def sign_of(verdict: str | None) -> Sign:
    if verdict is None:
        return ABSENT
    if verdict == "accepted":
        return REACHED
    return UNDECIDED if verdict in OPEN_VERDICTS else STOPPED


def spoken(verdict: str) -> str:
    return verdict.replace("_", " ")


def service_name(service: Summary | Service | ServiceComparison | Wanted) -> str:
    return f"{service.port}/{service.protocol}" if service.port else service.protocol


def anchor(service: Summary | Service) -> str:
    return f"service-{service_name(service)}"


def rule_anchor(router: str, section: str | None, line: int | None) -> str:
    """Where the appendix has it; empty where it stands nowhere."""
    return "" if section is None and line is None else f"rule-{router}-{section}-{line}"


def agreement(word: str) -> str:
    return {"agrees": "= agrees", "differs": "≠ differs"}.get(word, spoken(word))


def place(decision: Decision) -> str:
    """`filter FORWARD rule 12`; empty where neither a rule nor a policy decided."""
    if decision.table is None or decision.chain is None:
        return ""
    where = f"{decision.table} {decision.chain}"
    return f"{where} policy {decision.action}" if decision.number is None else f"{where} rule {decision.number}"


def source_of(section: str | None, line: int | None) -> str:
    if section is None:
        return "" if line is None else f"line {line}"
    return section if line is None else f"{section}:{line}"


def moment(text: str | None) -> str:
    """`2026-07-01T12:00:00.123Z` as `2026-07-01 12:00:00 UTC`."""
    if text is None:
        return "—"
    day, _, rest = text.partition("T")
    return f"{day} {rest[:8]} UTC" if rest.endswith("Z") else text


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def title(result: Result) -> str:
    return f"Reachability {result.asked.source} → {result.asked.destination}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def whole(result: Result) -> tuple[str, str]:
    """The answer to all of it in a sentence, and its ink."""
    count = len(result.services)
    if not count:
        return "No service was tested.", INK
    reached = sum(service.verdict == "accepted" for service in result.services)
    undecided = sum(service.verdict in OPEN_VERDICTS for service in result.services)
    parts = (
        (reached, "reached"),
        (count - reached - undecided, "not reached"),
        (undecided, "not decided"),
    )
    said = [f"{number} {word}" for number, word in parts if number]
    ink = GOOD if reached == count else OPEN if undecided and reached + undecided == count else BAD
    if len(said) == 1 and count > 1:
        return f"All {count} services are {said[0].split(' ', 1)[1]}.", ink
    return f"Of {counted(count, 'service')}: {', '.join(said)}." if count > 1 else f"The service is {said[0][2:]}.", ink
