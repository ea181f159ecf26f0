"""Whether the answer of a router on a path finds its way back to who sent the packet, as the simulator sees it.

A router that keeps silent in a traceroute is thus no excuse: it must be one whose answer gets lost, and the other way
around. The kernel chooses the way of an ICMP error before it has a source address (icmp_route_lookup in
net/ipv4/icmp.c, icmpv6_route_lookup in net/ipv6/icmp.c), so policy rules see none.
"""

from collections.abc import Iterator

from msgspec import structs

from backend.model.address import Address, parse_address
from backend.model.flow import Flow
from backend.model.network import Attachment
from backend.model.route import NextHop, Route
from backend.model.trace import Branch
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, trace
from backend.sim.link import cross
from backend.sim.lookup import decide
from backend.sim.packet import packet_of
from backend.sim.router import CompiledRouter
from backend.sim.walk import Walker
from backend.sim.way import At

ICMP = {4: 1, 6: 58}
NOBODY = {4: parse_address("0.0.0.0"), 6: parse_address("::")}
BOTH = frozenset((True, False))


def answers_arrive(network: CompiledNetwork, flow: Flow, branch: Branch, at: int) -> frozenset[bool]:
    """Whether what the machine at position `at` of the path says comes back: one of the values returned."""
    hop = branch.hops[at]
    to = flow.source
    if at == len(branch.hops) - 1 and branch.verdict is Verdict.ACCEPTED:
        back = Flow(flow.destination, to, ICMP[to.version])
        if hop.is_router:
            return frozenset(_sent(network, network.routers[hop.name], back))
        return _verdicts(trace(network, back).branches)
    if not hop.is_router or branch.verdict is Verdict.UNKNOWN:
        return BOTH
    return frozenset(_sent(network, network.routers[hop.name], Flow(NOBODY[to.version], to, ICMP[to.version])))


def _verdicts(branches: tuple[Branch, ...]) -> frozenset[bool]:
    """Who was asked by ARP on the way there has learnt an address that it need not ask for on the way back."""
    if any(branch.verdict in (Verdict.UNKNOWN, Verdict.NEIGHBOR_UNREACHABLE) for branch in branches):
        return BOTH
    return frozenset(branch.verdict is Verdict.ACCEPTED for branch in branches)


def _sent(network: CompiledNetwork, router: CompiledRouter, flow: Flow) -> Iterator[bool]:
    packet = packet_of(flow)
    decision = decide(router, packet, None)
    if decision.refusal is not None or decision.route is None:
        yield False
        if flow.source == NOBODY[6]:  # then the kernel asks again, with an address of which we know nothing
            yield True
        return
    if not decision.is_forwarded:
        yield True
        return
    for way in decision.next_hops:
        source = flow.source
        if int(source) == 0:
            found = _source(router, decision.route, way, flow.destination)
            if found is None:
                yield from BOTH
                continue
            source = found
        yield from _walked(network, router, way, structs.replace(flow, source=source))


def _source(router: CompiledRouter, route: Route, way: NextHop, to: Address) -> Address | None:
    """The route's own; else an address of the interface, on the next hop's subnet where it has one there."""
    if route.src is not None:
        return route.src
    entries = [a for a in router.interfaces[way.dev or ""].addresses if a.address.version == to.version]
    entries = [a for a in entries if not a.address.is_link_local]
    target = way.via if way.via is not None and way.via.version == to.version else to
    near = [a.address for a in entries if target in a.prefix]
    return next(iter([*near, *(a.address for a in entries)]), None)


def _walked(network: CompiledNetwork, router: CompiledRouter, way: NextHop, flow: Flow) -> Iterator[bool]:
    crossing = cross(network, router, way, packet_of(flow), True)
    if crossing.to is None:
        if crossing.verdict is Verdict.NEIGHBOR_UNREACHABLE:
            yield from BOTH
        else:
            yield crossing.verdict is Verdict.ACCEPTED
        return
    walk = Walker(network, packet_of(flow), is_filtered=False)
    waiting = [At(Attachment(crossing.to.router, crossing.to.interface), packet_of(flow))]
    while waiting:
        for outcome in walk.through(waiting.pop(), 64):
            if isinstance(outcome, At):
                waiting.append(outcome)
            else:
                yield from _verdicts((outcome.branch,))
