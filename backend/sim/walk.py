"""The walk of a flow from router to router, along every branch of equal-cost routes and of what nobody can say."""

from collections.abc import Iterable

from msgspec import Struct, structs

from backend.model.address import Address, Family
from backend.model.answer import Decision, DecisionKind
from backend.model.flow import PORT_PROTOCOLS, Flow
from backend.model.missing import LETS_THROUGH
from backend.model.trace import Branch, Hop, Step, StepKind, Trace
from backend.model.verdict import Verdict
from backend.sim.caveat import applying
from backend.sim.explore import Explored, explored
from backend.sim.finding import Learnt, Leaving, find, find_first
from backend.sim.netfilter.firewall import NOTHING
from backend.sim.netfilter.index import is_said
from backend.sim.network import CompiledNetwork, Crossing, key_of
from backend.sim.packet import Packet, address_of, packet_of
from backend.sim.passing import Entry, Exit
from backend.sim.place import Start, begin
from backend.sim.probe import FIRST_PORT
from backend.sim.way import At, Connections, Met, Way

MAX_BRANCHES = 64


def trace(network: CompiledNetwork, flow: Flow, gateway: str | None = None, is_explained: bool = False) -> Trace:
    """Where the network carries the flow. `gateway` names the router that the source uses first.

    Rules are asked where the flow says what it is: a protocol and, where that has them, the port that it is for. Else
    the way is that of the routes alone.
    """
    packet = packet_of(flow)
    taken: tuple[Step, ...] = ()
    if packet.protocol in PORT_PROTOCOLS and packet.destination_port is not None and packet.source_port is None:
        packet = structs.replace(packet, source_port=FIRST_PORT)
        taken = (Step(StepKind.ASSUMPTION, f"source port {FIRST_PORT}", "taken, as the flow names none"),)
    start, is_filtered = begin(network, flow.source, packet, gateway), is_said(packet)
    start = structs.replace(start, steps=(*taken, *start.steps))
    ways = walk(network, packet, start, is_filtered=is_filtered, is_explained=is_explained)
    branches = tuple(_without_guess(network, way) if is_filtered else way.branch for way in ways)
    return Trace(network.label, flow, branches, is_filtered)


def _without_guess(network: CompiledNetwork, way: Way) -> Branch:
    """What comes through a router whose rules are not known may be stopped there."""
    branch = way.branch
    doubts = {met.router: unknown_rules(network, met.router, way.packet.family) for met in way.met}
    router = next((name for name, doubt in doubts.items() if doubt), None)
    if router is None or branch.verdict not in LETS_THROUGH:
        return branch
    conditions = tuple(text for text in branch.conditions if text != doubts[router])
    hops = tuple(structs.replace(hop, verdict=Verdict.UNKNOWN) if hop.name == router else hop for hop in branch.hops)
    return Branch(hops, Verdict.UNKNOWN, doubts[router], branch.share, conditions)


def unknown_rules(network: CompiledNetwork, router: str, family: Family) -> str:
    """Empty where they are known."""
    missing = network.firewalls[router][family].missing
    return f"the rules of {router} are not known: {missing}" if missing else ""


def walk(
    network: CompiledNetwork,
    packet: Packet,
    start: Start,
    connections: Connections | None = None,
    is_filtered: bool = True,
    is_open: bool = False,
    is_explained: bool = False,
    learnt: Learnt = (),
) -> list[Way]:
    """At least one way, the likeliest first. `is_open`: on and on, as if no rule stopped the packet. `is_explained`:
    steps say which rules were asked in vain."""
    walker = Walker(network, packet, is_filtered, is_open, is_explained)
    if start.at is None:
        assert start.ended is not None
        return [walker.ended_at_once(start.ended)]
    why, learnt = find_first(network, start, packet, learnt, is_filtered and not is_open)
    if why:
        return [walker.ended_at_once(lost(start.steps, why))]
    waiting = [
        At(
            start.at,
            packet,
            steps=start.steps,
            conditions=start.conditions,
            connections=connections or {},
            learnt=learnt,
        )
    ]
    ways: list[Way] = []
    while waiting:
        at = waiting.pop()
        room = MAX_BRANCHES - len(waiting) - len(ways)
        outcomes = walker.through(at, room)
        ways += [each for each in outcomes if isinstance(each, Way)]
        waiting += [each for each in reversed(outcomes) if isinstance(each, At)]
    ways.sort(key=lambda way: -way.branch.share)
    return ways


class Walker(Struct, frozen=True, eq=False):
    network: CompiledNetwork
    packet: Packet
    """As its sender makes it."""
    is_filtered: bool = True
    is_open: bool = False
    is_explained: bool = False

    def ended_at_once(self, crossing: Crossing) -> Way:
        is_there = crossing.verdict is Verdict.ACCEPTED
        hops = (self._host(self.packet, (crossing.step,)),) if is_there else ()
        return Way(Branch(hops, crossing.verdict, crossing.reason), (), self.packet, {})

    def through(self, at: At, room: int) -> list[At | Way]:
        """Through one router: on to the next, to several, or to an end."""
        router = self.network.routers[at.where.router]
        if at.where in at.seen:
            return [self._end(at, Verdict.LOOP, f"the packet comes to {router.name} again: a loop")]
        firewall = self.network.firewalls[router.name][at.packet.family] if self.is_filtered else NOTHING
        known = at.connections.get(router.name, ())
        entry = Entry(router, firewall, at.packet, at.where.interface, known, is_explained=self.is_explained)
        own = explored(entry)
        opened = explored(structs.replace(entry, is_open=True)) if self.is_open else own
        doubts: tuple[str, ...] = ()
        if firewall.missing:
            doubts = (unknown_rules(self.network, router.name, at.packet.family),)
        if not self.is_filtered and router.caveats:
            doubts = applying(router.caveats, at.packet, at.where.interface or None)
        met = (*at.met, self._met(router.name, own))
        if len(opened) == 1:
            return [self._onward(at, opened[0], met, doubts)]
        outcomes = [self._onward(at, each, met, doubts) for each in opened[: max(1, room)]]
        if len(opened) > max(1, room):
            note = f"more than {MAX_BRANCHES} equal-cost ways: {router.name} has others that are not followed here"
            outcomes = [self._noted(each, note) for each in outcomes]
        return outcomes

    def _met(self, router: str, found: list[Explored]) -> Met:
        """Where it may do one thing or another, the first that stops the packet."""
        if len(found) == 1:
            only = found[0].exit
            reason = "" if only.verdict is Verdict.ACCEPTED else only.reason
            return Met(router, only.verdict, reason, only.decision, only.matched)
        first = next((each for each in found if not each.exit.is_through), found[0]).exit
        verdicts = {each.exit.verdict for each in found}
        verdict = first.verdict if len(verdicts) == 1 else Verdict.CONDITIONAL
        return Met(router, verdict, first.reason if not first.is_through else "", first.decision, first.matched)

    def _noted(self, outcome: "At | Way", note: str) -> "At | Way":
        if isinstance(outcome, At):
            return structs.replace(outcome, conditions=_joined(outcome.conditions, (note,)))
        branch = structs.replace(outcome.branch, conditions=_joined(outcome.branch.conditions, (note,)))
        return structs.replace(outcome, branch=branch)

    def _onward(self, at: At, found: Explored, met: tuple[Met, ...], doubts: tuple[str, ...]) -> At | Way:
        exit_ = found.exit
        more = doubts + exit_.conditions + found.conditions
        at = At(
            where=at.where,
            packet=exit_.packet,
            hops=at.hops,
            seen=at.seen | {at.where} if at.where.interface else at.seen,
            share=at.share * exit_.share,
            steps=at.steps + exit_.steps,
            conditions=_joined(at.conditions, more) if more else at.conditions,
            met=met,
            connections=_remembered(at.connections, at.where.router, exit_) if exit_.connection else at.connections,
            learnt=at.learnt,
        )
        if exit_.hop is None:
            return self._end(at, exit_.verdict, exit_.reason, exit_)
        return self._go(at, exit_)

    def _go(self, at: At, exit_: Exit) -> At | Way:
        hop = exit_.hop
        assert hop is not None
        leaving = Leaving(self.network.routers[at.where.router], hop, at.packet, is_sent=not at.where.interface)
        crossing, learnt = find(self.network, leaving, at.learnt, self.is_filtered and not self.is_open)
        passed = Hop(
            name=at.where.router,
            address=self._address(at),
            incoming=at.where.interface or None,
            outgoing=hop.dev,
            segment=crossing.segment,
            next_hop=hop.via or _address_of(at.packet),
            verdict=crossing.verdict,
            steps=(*at.steps, crossing.step),
        )
        conditions = _joined(at.conditions, crossing.conditions) if crossing.conditions else at.conditions
        hops = (*at.hops, passed)
        if crossing.to is not None:
            packet = at.packet
            if packet.mark != self.packet.mark:  # a mark stays on its router
                packet = structs.replace(packet, mark=self.packet.mark)
            return At(crossing.to, packet, hops, at.seen, at.share, (), conditions, at.met, at.connections, learnt)
        met = at.met
        if crossing.verdict is Verdict.ACCEPTED:
            hops += (self._host(at.packet, ()),)
        elif crossing.verdict is not Verdict.EXITS_NETWORK and met[-1].verdict is Verdict.ACCEPTED:
            # It would have let the packet go, but nobody takes it.
            decision = Decision(at.where.router, DecisionKind.NONE, crossing.verdict.value, text=crossing.reason)
            last = structs.replace(met[-1], verdict=crossing.verdict, reason=crossing.reason, decision=decision)
            met = (*met[:-1], last)
        branch = Branch(hops, crossing.verdict, crossing.reason, at.share, conditions)
        ended_by = met[-1].decision if met is not at.met else None
        return Way(branch, met, at.packet, at.connections, ended_by, learnt=at.learnt)

    def _end(self, at: At, verdict: Verdict, reason: str, exit_: Exit | None = None) -> Way:
        is_here = verdict is Verdict.ACCEPTED
        hop = Hop(
            name=at.where.router,
            address=self._address(at),
            incoming=at.where.interface or None,
            verdict=verdict,
            steps=(*at.steps, Step(StepKind.LOCAL, reason, "delivered")) if is_here else at.steps,
        )
        branch = Branch((*at.hops, hop), verdict, reason, at.share, at.conditions)
        decision = exit_.decision if exit_ is not None and not is_here else None
        end = at.where.router if is_here else ""
        return Way(branch, at.met, at.packet, at.connections, decision, at.learnt, end)

    def _address(self, at: At) -> Address | None:
        """How the router shows itself in a traceroute: by the address of the interface that the packet came in on."""
        if not at.where.interface:
            return _address_of(self.packet, is_source=True)
        return self.network.routers[at.where.router].shown.get((at.where.interface, at.packet.family))

    def _host(self, packet: Packet, steps: tuple[Step, ...]) -> Hop:
        address = _address_of(packet)
        host = self.network.hosts.get(key_of(address))
        return Hop(name=host.name if host is not None else str(address), address=address, is_router=False, steps=steps)


def lost(steps: tuple[Step, ...], why: str) -> Crossing:
    return Crossing(Verdict.NEIGHBOR_UNREACHABLE, Step(StepKind.NEIGHBOR, steps[-1].text, "nobody answers"), reason=why)


def _address_of(packet: Packet, is_source: bool = False) -> Address:
    return address_of(packet.family, packet.source if is_source else packet.destination)


def _remembered(connections: Connections, router: str, exit_: Exit) -> Connections:
    """A connection is known when its packet has come through (nf_conntrack_confirm)."""
    found = exit_.connection
    if found is None or not exit_.is_through:
        return connections
    others = tuple(each for each in connections.get(router, ()) if each.original != found.original)
    return {**connections, router: (*others, found)}


def _joined(*groups: Iterable[str]) -> tuple[str, ...]:
    """Each condition once, in order; most walks have none, and then nothing is built."""
    filled = [tuple(group) for group in groups if group]
    if len(filled) < 2:
        return filled[0] if filled else ()
    return tuple(dict.fromkeys(text for group in filled for text in group))
