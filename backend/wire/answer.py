"""Whether services can be reached, as JSON: the same for a prediction and for a proof."""

from typing import Any

from backend.model.answer import Count, Decision, Reachability, RouterAnswer, ServiceAnswer
from backend.model.flow import PROTOCOLS, Flow
from backend.model.trace import Branch, Trace
from backend.wire.services import service_document
from backend.wire.trace import trace_document

Document = dict[str, Any]


def answer_document(answer: Reachability) -> Document:
    return {
        "source": str(answer.source),
        "destination": str(answer.destination),
        "source_port": answer.source_port,
        "network": answer.network,
        "by": answer.by,
        "assumptions": list(answer.assumptions),
        "refusals": list(answer.refusals),
        "services": [_service(answer, service) for service in answer.services],
    }


def _service(answer: Reachability, service: ServiceAnswer) -> Document:
    return {
        **service_document(service.service),
        "verdict": service.verdict.value,
        "reachable": service.is_reachable,
        "reason": service.reason,
        "direction": "return" if service.is_return else "forward",
        "decided_by": decision_document(service.decided_by),
        "source_port": service.source_port,
        "forward": _trace(answer, service, service.forward),
        "return": _trace(answer, service, service.back, is_return=True),
        "conditions": list(service.conditions),
        "routers": [router_document(router) for router in service.routers],
    }


def decision_document(decision: Decision | None) -> Document | None:
    if decision is None:
        return None
    return {
        "router": decision.router,
        "table": decision.table,
        "chain": decision.chain,
        "number": decision.number,
        "text": decision.text,
        "kind": decision.kind.value,
        "action": decision.action,
        "comment": decision.comment,
        "section": decision.section,
        "line": decision.line,
    }


def router_document(router: RouterAnswer) -> Document:
    return {
        "name": router.name,
        "verdict": router.verdict.value,
        "reason": router.reason,
        "decided_by": decision_document(router.decided_by),
        "return_verdict": router.return_verdict.value if router.return_verdict else None,
        "return_reason": router.return_reason,
        "return_decided_by": decision_document(router.return_decided_by),
        "counted": [_count(count) for count in router.counted],
    }


def _count(count: Count) -> Document:
    return {
        "table": count.table,
        "chain": count.chain,
        "number": count.number,
        "text": count.text,
        "before": count.before,
        "after": count.after,
        "line": count.line,
    }


def _trace(
    answer: Reachability, service: ServiceAnswer, branch: Branch | None, is_return: bool = False
) -> Document | None:
    if branch is None:
        return None
    ends, ports = (answer.source, answer.destination), (service.source_port, service.service.port or None)
    if is_return:
        ends, ports = (ends[1], ends[0]), (ports[1], ports[0])
    name = service.service.protocol
    protocol = PROTOCOLS["ipv6-icmp" if name == "icmp" and answer.source.version == 6 else name]
    flow = Flow(*ends, protocol, *(ports if service.service.port else (None, None)))
    return trace_document(Trace(answer.network, flow, (branch,), is_filtered=True), answer.by)
