"""The path of a proof beside the one that the simulator gives by routing, where no rule may steer the flow."""

from collections.abc import Iterator

from backend.lab.proof.prove import Request
from backend.model.answer import Reachability, ServiceAnswer
from backend.model.flow import PROTOCOLS, Flow
from backend.model.trace import Branch, Hop, StepKind
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, trace

DENIED = frozenset((Verdict.DENIED_IN, Verdict.DENIED_FORWARD, Verdict.DENIED_OUT, Verdict.CONDITIONAL))
Way = tuple[Verdict, list[tuple[str, str | None, str | None]]]


def path_differences(network: CompiledNetwork, request: Request, answer: Reachability) -> Iterator[str]:
    for service in answer.services:
        branches = trace(network, _flow(request, service), request.gateway).branches
        if any(branch.conditions for branch in branches) or service.forward is None or _is_changed(service.forward):
            continue
        found = _way(service.forward)
        ways = [_way(branch) for branch in branches]
        if found[0] is Verdict.NEIGHBOR_UNREACHABLE and any(way[0] is Verdict.RPFILTER for way in ways):
            continue  # who would drop the packet drops the question who has its address too
        agrees = _ends_early if service.verdict in DENIED and not service.is_return else _is_same
        if not any(agrees(found, way) for way in ways):
            where = f"{request.source} > {request.destination} {service.service.protocol} {service.service.port}"
            yield f"{where}: {found} ({service.reason}), but simulated {ways}"


def unexplained(request: Request, answer: Reachability) -> Iterator[str]:
    """A rule is named, or the kernel's reason; that nothing is known of a packet is a fault."""
    for service in answer.services:
        if service.verdict is Verdict.UNKNOWN and service.decided_by is None:
            where = f"{request.source} > {request.destination} {service.service.protocol} {service.service.port}"
            yield f"{where}: {service.reason}"


def _is_changed(branch: Branch) -> bool:
    return any(step.kind in (StepKind.TRANSLATION, StepKind.MARK) for hop in branch.hops for step in hop.steps)


def _flow(request: Request, service: ServiceAnswer) -> Flow:
    name, port = service.service.protocol, service.service.port
    protocol = PROTOCOLS["ipv6-icmp" if name == "icmp" and request.source.version == 6 else name]
    ports = (service.source_port, port) if port else (None, None)
    return Flow(request.source, request.destination, protocol, ports[0], ports[1], tos=request.tos, ttl=request.ttl)


def _way(branch: Branch) -> Way:
    return branch.verdict, [_place(hop) for hop in branch.hops]


def _place(hop: Hop) -> tuple[str, str | None, str | None]:
    return hop.name, hop.incoming, hop.outgoing


def _is_same(found: Way, wanted: Way) -> bool:
    verdict = Verdict.ACCEPTED if found[0] is Verdict.NO_LISTENER else found[0]
    return (verdict, found[1]) == wanted


def _ends_early(found: Way, wanted: Way) -> bool:
    """At a rule, which is before the packet leaves."""
    *before, last = found[1] or [("", None, None)]
    ends = [place[:2] for place in wanted[1][len(before) : len(before) + 1]]
    return before == wanted[1][: len(before)] and ends == [last[:2]]
