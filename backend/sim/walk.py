"""The walk of a flow from router to router, along every branch of equal-cost routes."""

from msgspec import Struct, structs

from backend.model.address import Address
from backend.model.flow import Flow
from backend.model.network import Attachment
from backend.model.route import NextHop
from backend.model.trace import Branch, Hop, Step, StepKind, Trace
from backend.model.verdict import Verdict
from backend.sim.arrival import Fate, arrive, send
from backend.sim.caveat import applying
from backend.sim.link import cross
from backend.sim.network import CompiledNetwork, Crossing, key_of
from backend.sim.packet import Packet, forwarded, packet_of
from backend.sim.place import begin
from backend.sim.router import CompiledRouter

MAX_BRANCHES = 64


class At(Struct, frozen=True):
    """A packet in front of a router."""

    where: Attachment
    """With an empty interface, the router sends the packet itself."""
    packet: Packet
    hops: tuple[Hop, ...] = ()
    seen: frozenset[Attachment] = frozenset()
    share: float = 1.0
    steps: tuple[Step, ...] = ()
    """What led here and belongs to the next hop."""
    conditions: tuple[str, ...] = ()


def trace(network: CompiledNetwork, flow: Flow, gateway: str | None = None) -> Trace:
    """Where the network's routes carry the flow. `gateway` names the router that the source uses first."""
    packet = packet_of(flow)
    start = begin(network, flow.source, packet, gateway)
    if start.at is None:
        assert start.ended is not None
        return Trace(network.label, flow, (_ended_at_once(network, flow, start.ended),))
    waiting = [At(start.at, packet, steps=start.steps, conditions=start.conditions)]
    branches: list[Branch] = []
    while waiting:
        at = waiting.pop()
        room = MAX_BRANCHES - len(waiting) - len(branches)
        outcomes = _pass(network, flow, at, room)
        branches += [each for each in outcomes if isinstance(each, Branch)]
        waiting += [each for each in reversed(outcomes) if isinstance(each, At)]
    branches.sort(key=lambda branch: -branch.share)
    return Trace(network.label, flow, tuple(branches))


def _ended_at_once(network: CompiledNetwork, flow: Flow, crossing: Crossing) -> Branch:
    hops = (_host_hop(network, flow.destination, (crossing.step,)),) if crossing.verdict is Verdict.ACCEPTED else ()
    return Branch(hops, crossing.verdict, crossing.reason)


def _pass(network: CompiledNetwork, flow: Flow, at: At, room: int) -> list[At | Branch]:
    """Through one router: on to the next, to several, or to an end."""
    router = network.routers[at.where.router]
    steps = list(at.steps)
    if at.where in at.seen:
        return [_end(flow, at, router, steps, Fate(Verdict.LOOP, f"the packet comes to {router.name} again: a loop"))]
    is_sent = not at.where.interface
    fate = send(router, at.packet, steps) if is_sent else arrive(router, at.packet, at.where.interface, steps)
    doubts = applying(router.caveats, at.packet, at.where.interface or None) if router.caveats else ()
    conditions = _joined(at.conditions, fate.conditions, doubts)
    if fate.verdict is not Verdict.ACCEPTED or not fate.next_hops:
        return [_end(flow, structs.replace(at, conditions=conditions), router, steps, fate)]
    packet, seen = (at.packet, at.seen) if is_sent else (forwarded(at.packet), at.seen | {at.where})
    at = At(at.where, packet, at.hops, seen, at.share, (), conditions)
    return _spread(network, flow, at, router, steps, fate, room)


def _spread(
    network: CompiledNetwork,
    flow: Flow,
    at: At,
    router: CompiledRouter,
    steps: list[Step],
    fate: Fate,
    room: int,
) -> list[At | Branch]:
    next_hops = fate.next_hops
    if len(next_hops) == 1:
        return [_go(network, flow, at, router, steps, next_hops[0])]
    total = sum(hop.weight for hop in next_hops)
    taken = sorted(next_hops, key=lambda hop: -hop.weight)[: max(1, room)]
    if len(taken) < len(next_hops):
        note = f"more than {MAX_BRANCHES} equal-cost ways: {router.name} has others that are not followed here"
        at = structs.replace(at, conditions=_joined(at.conditions, (note,)))
    outcomes = []
    for hop in taken:
        share = hop.weight / total
        step = Step(StepKind.MULTIPATH, f"via {hop.via} dev {hop.dev} weight {hop.weight}", f"{share:.0%} of flows")
        each = structs.replace(at, share=at.share * share)
        reason = fate.dropped.get(hop.dev)
        if reason is None:
            outcomes.append(_go(network, flow, each, router, [*steps, step], hop))
        else:
            outcomes.append(_end(flow, each, router, [*steps, step], Fate(Verdict.RPFILTER, reason)))
    return outcomes


def _go(
    network: CompiledNetwork, flow: Flow, at: At, router: CompiledRouter, steps: list[Step], hop: NextHop
) -> At | Branch:
    crossing = cross(network, router, hop, at.packet)
    passed = Hop(
        name=router.name,
        address=_address(flow, at, router),
        incoming=at.where.interface or None,
        outgoing=hop.dev,
        segment=crossing.segment,
        next_hop=hop.via or flow.destination,
        verdict=crossing.verdict,
        steps=(*steps, crossing.step),
    )
    conditions = _joined(at.conditions, crossing.conditions)
    hops = (*at.hops, passed)
    if crossing.to is not None:
        return At(crossing.to, at.packet, hops, at.seen, at.share, (), conditions)
    if crossing.verdict is Verdict.ACCEPTED:
        hops += (_host_hop(network, flow.destination, ()),)
    return Branch(hops, crossing.verdict, crossing.reason, at.share, conditions)


def _end(flow: Flow, at: At, router: CompiledRouter, steps: list[Step], fate: Fate) -> Branch:
    if fate.verdict is Verdict.ACCEPTED:
        steps.append(Step(StepKind.LOCAL, fate.reason, "delivered"))
    hop = Hop(
        name=router.name,
        address=_address(flow, at, router),
        incoming=at.where.interface or None,
        verdict=fate.verdict,
        steps=tuple(steps),
    )
    return Branch((*at.hops, hop), fate.verdict, fate.reason, at.share, at.conditions)


def _address(flow: Flow, at: At, router: CompiledRouter) -> Address | None:
    """How the router shows itself in a traceroute: by the address of the interface that the packet came in on."""
    return router.shown.get((at.where.interface, at.packet.family)) if at.where.interface else flow.source


def _host_hop(network: CompiledNetwork, address: Address, steps: tuple[Step, ...]) -> Hop:
    host = network.hosts.get(key_of(address))
    return Hop(name=host.name if host is not None else str(address), address=address, is_router=False, steps=steps)


def _joined(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Each condition once, in order; most walks have none, and then nothing is built."""
    filled = [group for group in groups if group]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(text for group in filled for text in group))
