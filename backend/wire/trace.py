"""A trace as JSON. The keys of each hop are those of the trace files that users already have."""

from itertools import pairwise
from typing import Any

from backend.model.flow import PROTOCOL_NAMES, Flow
from backend.model.trace import Branch, Hop, Step, Trace, Tried
from backend.model.verdict import Verdict

Document = dict[str, Any]


def trace_document(trace: Trace, by: str = "prediction") -> Document:
    first, *others = trace.branches
    return {
        "success": all(branch.verdict is Verdict.ACCEPTED for branch in trace.branches),
        "source": str(trace.flow.source),
        "destination": str(trace.flow.destination),
        "network": trace.network,
        "by": by,
        "scope": "rules" if trace.is_filtered else "routing",
        "flow": flow_document(trace.flow),
        **_branch(first),
        "alternatives": [_branch(branch) for branch in others],
    }


def flow_document(flow: Flow) -> Document:
    number = flow.protocol
    return {
        "protocol": None if number is None else PROTOCOL_NAMES.get(number, str(number)),
        "source_port": flow.source_port,
        "destination_port": flow.destination_port,
        "mark": flow.mark,
        "tos": flow.tos,
        "ttl": flow.ttl,
    }


def _branch(branch: Branch) -> Document:
    return {
        "verdict": branch.verdict.value,
        "reason": branch.reason,
        "share": round(branch.share, 6),
        "conditions": list(branch.conditions),
        "path": _path(branch.hops),
    }


def _path(hops: tuple[Hop, ...]) -> list[Document]:
    documents = [_hop(number, hop) for number, hop in enumerate(hops, start=1)]
    for here, following in pairwise(documents):
        here["next_hop"] = following["name"]
        following["prev_hop"] = here["name"]
    return documents


def _hop(number: int, hop: Hop) -> Document:
    return {
        "hop": number,
        "name": hop.name,
        "ip": "" if hop.address is None else str(hop.address),
        "incoming": hop.incoming or "",
        "outgoing": hop.outgoing or "",
        "is_router": hop.is_router,
        "prev_hop": "",
        "next_hop": "" if hop.next_hop is None else str(hop.next_hop),
        "rtt": None,
        "verdict": hop.verdict.value,
        "segment": hop.segment,
        "steps": [_step(step) for step in hop.steps],
    }


def _step(step: Step) -> Document:
    document = {
        "kind": step.kind.value,
        "text": step.text,
        "outcome": step.outcome,
        "table": step.table,
        "chain": step.chain,
        "number": step.number,
        "comment": step.comment,
        "section": step.section,
        "line": step.line,
    }
    return document if step.tried is None else document | {"tried": [_tried(each) for each in step.tried]}


def _tried(tried: Tried) -> Document:
    return {
        "table": tried.table,
        "chain": tried.chain,
        "number": tried.number,
        "text": tried.text,
        "reason": tried.reason,
        "line": tried.line,
    }
