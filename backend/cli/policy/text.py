"""Checks and comparisons as text that a person reads."""

from collections.abc import Iterator
from typing import Any

from backend.cli.text import counted
from backend.policy.document import finding_lines, outcome_text, shown

Document = dict[str, Any]
MOST = 10
WHY = {
    "nobody": "addresses that nobody has",
    "nowhere": "in no subnet of the network",
    "router": "of routers, which only `must not reach` asks",
}


def check_text(document: Document, verbose: int) -> str:
    lines = [line for each in document["expectations"] for line in _expectation(each, verbose)]
    counts = ", ".join(f"{document[state]} {state}" for state in ("kept", "broken", "open"))
    return "\n".join([*lines, f"{counts}   ({document['network']}, by {document['by']})"])


def _expectation(each: Document, verbose: int) -> Iterator[str]:
    place = f"line {each['line']}: " if each["line"] and each["state"] != "kept" else ""
    yield f"{each['state']:<6}  {place}{each['name'] or each['text']}"
    yield from (f"        {line}" for line in finding_lines(each, 1000 if verbose else MOST))
    yield from (f"        {_proof(proof)}" for proof in each.get("proofs", ()) if verbose or not proof["agrees"])
    if verbose:
        yield f"        {counted(each['asked'], 'packet')} asked"
        yield from (f"        not asked, {WHY[one['why']]}: {shown(one['addresses'])}" for one in each["not_asked"])


def _proof(proof: Document) -> str:
    service = f"{proof['port']}/{proof['protocol']}" if proof["port"] else proof["protocol"]
    differs = "" if proof["agrees"] else ", which the prediction did not say"
    return f"proved: {proof['source']} → {proof['destination']} {service}: {outcome_text(proof)}{differs}"


def diff_text(document: Document) -> str:
    lines = [f"{document['before']} → {document['after']}: {counted(document['changes'], 'difference')}"]
    for question in document["questions"]:
        if question["changes"] and len(document["questions"]) > 1:
            lines.append(question["name"] or question["text"])
        for each in question["changes"]:
            lines.append(f"  {shown(each['sources'])} → {shown(each['destinations'])} {shown(each['services'])}")
            lines += [f"    - {outcome_text(each['before'])}", f"    + {outcome_text(each['after'])}"]
    return "\n".join(lines)
