"""What a check or a comparison found, as JSON and as JUnit writes it."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from backend.model.answer import Decision, DecisionKind
from backend.policy.check import Checked, Finding, worst
from backend.policy.compare import Change, Compared
from backend.policy.deciding import Found, State
from backend.policy.expectation import Expectation
from backend.policy.span import spoken
from backend.sim.matrix import Outcome
from backend.wire.answer import decision_document
from backend.wire.services import service_document

Document = dict[str, Any]


def check_document(network: str, checked: Sequence[Checked]) -> Document:
    states = [each.state for each in checked]
    return {
        "network": network,
        "by": "prediction",
        "state": worst(states).value,
        **{state.value: states.count(state) for state in State},
        "expectations": [_checked(each) for each in checked],
    }


def _checked(each: Checked) -> Document:
    return {
        **_expectation(each.expectation),
        "state": each.state.value,
        "asked": each.asked,
        "findings": [_found(one) for one in each.findings],
        "not_asked": [{"why": one.kind.value, "addresses": spoken(one.spans)} for one in each.skipped],
    }


def _expectation(each: Expectation) -> Document:
    return {"name": each.name or None, "text": each.text, "line": each.line or None}


def _found(each: Finding[Found]) -> Document:
    found = each.found
    return {
        "state": found.state.value,
        **_about(each),
        **_outcome(found.outcome),
        "why": found.why or None,
        "let_through_by": list(found.passed),
    }


def _about(each: Finding[Any]) -> Document:
    """`example` is the packet that was asked."""
    source, destination = each.ends
    return {
        "sources": spoken(each.sources),
        "destinations": spoken(each.destinations),
        "services": [ports.text for ports in each.services],
        "example": {
            "source": str(source),
            "destination": str(destination),
            **service_document(each.service),
        },
    }


def _outcome(outcome: Outcome) -> Document:
    return {
        "verdict": outcome.verdict.value,
        "direction": "return" if outcome.is_return else "forward",
        "decided_by": decision_document(outcome.decided_by),
    }


def comparison_document(before: str, after: str, compared: Sequence[Compared]) -> Document:
    return {
        "before": before,
        "after": after,
        "changes": sum(len(each.changes) for each in compared),
        "questions": [
            {**_expectation(each.expectation), "asked": each.asked, "changes": [_change(one) for one in each.changes]}
            for each in compared
        ],
    }


def _change(each: Finding[Change]) -> Document:
    return {**_about(each), "before": _outcome(each.found.before), "after": _outcome(each.found.after)}


def junit(document: Document, suite: str) -> str:
    """As CI servers read it: what is broken has failed, what is open is an error."""
    cases = "".join(_case(each, suite) for each in document["expectations"])
    counts = f'tests="{len(document["expectations"])}" failures="{document["broken"]}" errors="{document["open"]}"'
    head = f"<testsuite name={_quoted(suite)} {counts}>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>{head}\n{cases}</testsuite></testsuites>\n'


def _case(each: Document, suite: str) -> str:
    name = _quoted(each["name"] or each["text"])
    head = f"<testcase classname={_quoted(suite)} name={name}"
    if each["state"] == State.KEPT.value:
        return f"{head}/>\n"
    kind = "failure" if each["state"] == State.BROKEN.value else "error"
    lines = list(finding_lines(each))
    said = escape(_printable("\n".join(lines)))
    return f"{head}>\n<{kind} message={_quoted(lines[0])} type={_quoted(each['state'])}>{said}</{kind}>\n</testcase>\n"


def _quoted(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """XML 1.0 (2.2) has no control characters, however they are written."""
    return "".join(sign if sign in "\n\t" or (sign.isprintable() and sign < "\ufffe") else "\ufffd" for sign in text)


def finding_lines(expectation: Document, most: int = 10) -> Iterable[str]:
    """What is not as expected, a line each."""
    for each in expectation["findings"][:most]:
        ends = f"{shown(each['sources'])} → {shown(each['destinations'])}"
        yield f"{each['state']}: {ends} {shown(each['services'])}: {outcome_text(each)}"
        yield from (f"  let through by {text}" for text in each["let_through_by"])
    more = len(expectation["findings"]) - most
    if more > 0:
        yield f"… and {more} more"


def outcome_text(each: Document) -> str:
    """The verdict, and what decides."""
    back = " on the way back" if each["direction"] == "return" else ""
    decided = f", {decision_text(each['decided_by'])}" if each["decided_by"] else ""
    why = f": {each['why']}" if each.get("why") else ""
    return f"{each['verdict']}{back}{decided}{why}"


def decision_text(decision: Document) -> str:
    known = {**decision, "kind": DecisionKind(decision["kind"])}
    return Decision(**known).spoken.lstrip(": ")


def shown(texts: Sequence[str], most: int = 4) -> str:
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return f"{', '.join(texts[:most])}{more}"
