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
    walk = _Walk(network, flow)
    if start.at is None:
        assert start.ended is not None
        return Trace(network.label, flow, (walk.ended_at_once(start.ended),))
    waiting = [At(start.at, packet, steps=start.steps, conditions=start.conditions)]
    branches: list[Branch] = []
    while waiting:
        at = waiting.pop()
        room = MAX_BRANCHES - len(waiting) - len(branches)
        outcomes = walk.through(at, room)
        branches += [each for each in outcomes if isinstance(each, Branch)]
        waiting += [each for each in reversed(outcomes) if isinstance(each, At)]
    branches.sort(key=lambda branch: -branch.share)
    return Trace(network.label, flow, tuple(branches))


class _Walk(Struct, frozen=True, eq=False):
    network: CompiledNetwork
    flow: Flow

    def ended_at_once(self, crossing: Crossing) -> Branch:
        hops = (self._host((crossing.step,)),) if crossing.verdict is Verdict.ACCEPTED else ()
        return Branch(hops, crossing.verdict, crossing.reason)

    def through(self, at: At, room: int) -> list[At | Branch]:
        """Through one router: on to the next, to several, or to an end."""
        router = self.network.routers[at.where.router]
        if at.where in at.seen:
            return [self._end(at, Fate(Verdict.LOOP, f"the packet comes to {router.name} again: a loop"))]
        steps = list(at.steps)
        iif = at.where.interface
        fate = arrive(router, at.packet, iif, steps) if iif else send(router, at.packet, steps)
        doubts = applying(router.caveats, at.packet, iif or None) if router.caveats else ()
        conditions = _joined(at.conditions, fate.conditions, doubts)
        if fate.verdict is not Verdict.ACCEPTED or not fate.next_hops:
            at = At(at.where, at.packet, at.hops, at.seen, at.share, tuple(steps), conditions)
            return [self._end(at, fate)]
        packet, seen = (forwarded(at.packet), at.seen | {at.where}) if iif else (at.packet, at.seen)
        at = At(at.where, packet, at.hops, seen, at.share, tuple(steps), conditions)
        return [self._go(at, fate.next_hops[0])] if len(fate.next_hops) == 1 else self._spread(at, fate, room)

    def _spread(self, at: At, fate: Fate, room: int) -> list[At | Branch]:
        """Along each of several equal-cost next hops, the heaviest first."""
        total = sum(hop.weight for hop in fate.next_hops)
        taken = sorted(fate.next_hops, key=lambda hop: -hop.weight)[: max(1, room)]
        conditions = at.conditions
        if len(taken) < len(fate.next_hops):
            note = f"more than {MAX_BRANCHES} equal-cost ways: {at.where.router} has others that are not followed here"
            conditions = _joined(conditions, (note,))
        outcomes: list[At | Branch] = []
        for hop in taken:
            share = hop.weight / total
            text = f"via {hop.via} dev {hop.dev} weight {hop.weight}"
            steps = (*at.steps, Step(StepKind.MULTIPATH, text, f"{share:.0%} of flows"))
            each = structs.replace(at, share=at.share * share, steps=steps, conditions=conditions)
            dropped = fate.dropped.get(hop.dev)
            outcomes.append(
                self._go(each, hop) if dropped is None else self._end(each, Fate(Verdict.RPFILTER, dropped))
            )
        return outcomes

    def _go(self, at: At, hop: NextHop) -> At | Branch:
        crossing = cross(self.network, self.network.routers[at.where.router], hop, at.packet, not at.where.interface)
        passed = Hop(
            name=at.where.router,
            address=self._address(at),
            incoming=at.where.interface or None,
            outgoing=hop.dev,
            segment=crossing.segment,
            next_hop=hop.via or self.flow.destination,
            verdict=crossing.verdict,
            steps=(*at.steps, crossing.step),
        )
        conditions = _joined(at.conditions, crossing.conditions)
        hops = (*at.hops, passed)
        if crossing.to is not None:
            return At(crossing.to, at.packet, hops, at.seen, at.share, (), conditions)
        if crossing.verdict is Verdict.ACCEPTED:
            hops += (self._host(()),)
        return Branch(hops, crossing.verdict, crossing.reason, at.share, conditions)

    def _end(self, at: At, fate: Fate) -> Branch:
        is_here = fate.verdict is Verdict.ACCEPTED
        hop = Hop(
            name=at.where.router,
            address=self._address(at),
            incoming=at.where.interface or None,
            verdict=fate.verdict,
            steps=(*at.steps, Step(StepKind.LOCAL, fate.reason, "delivered")) if is_here else at.steps,
        )
        return Branch((*at.hops, hop), fate.verdict, fate.reason, at.share, at.conditions)

    def _address(self, at: At) -> Address | None:
        """How the router shows itself in a traceroute: by the address of the interface that the packet came in on."""
        if not at.where.interface:
            return self.flow.source
        return self.network.routers[at.where.router].shown.get((at.where.interface, at.packet.family))

    def _host(self, steps: tuple[Step, ...]) -> Hop:
        address = self.flow.destination
        host = self.network.hosts.get(key_of(address))
        return Hop(name=host.name if host is not None else str(address), address=address, is_router=False, steps=steps)


def _joined(*groups: tuple[str, ...]) -> tuple[str, ...]:
    """Each condition once, in order; most walks have none, and then nothing is built."""
    filled = [group for group in groups if group]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(text for group in filled for text in group))
