"""The walk of a flow from router to router, along every branch of equal-cost routes and of what nobody can say."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from backend.model.address import Address, Family
from backend.model.answer import Decision, DecisionKind
from backend.model.flow import Flow
from backend.model.missing import LETS_THROUGH
from backend.model.network import Attachment
from backend.model.route import NextHop
from backend.model.trace import Branch, Hop, Step, StepKind, Trace
from backend.model.verdict import Verdict
from backend.sim.caveat import applying
from backend.sim.discovery import Looking, link_local, silence
from backend.sim.explore import Explored, explored
from backend.sim.link import cross
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.firewall import NOTHING
from backend.sim.netfilter.index import is_said
from backend.sim.netfilter.traverse import Matched
from backend.sim.network import CompiledNetwork, Crossing, key_of
from backend.sim.packet import Packet, address_of, packet_of
from backend.sim.passing import Entry, Exit
from backend.sim.place import Start, begin

MAX_BRANCHES = 64
Connections = Mapping[str, tuple[Connection, ...]]
"""Router → the connections that it knows."""


Learnt = frozenset[tuple[str, int]]
"""Router and address: who was asked knows who asked."""


class Met(Struct, frozen=True, eq=False):
    """What a router did with the packet by its own rules."""

    router: str
    verdict: Verdict
    reason: str
    decision: Decision | None
    matched: tuple[Matched, ...]


class Way(Struct, frozen=True, eq=False):
    """A branch, and what is needed to send an answer back along it."""

    branch: Branch
    met: tuple[Met, ...]
    packet: Packet
    """As it was at the end."""
    connections: Connections
    decision: Decision | None = None
    """What ended it."""
    learnt: Learnt = frozenset()
    end: str = ""
    """The router that it is for."""


class At(Struct, frozen=True, eq=False):
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
    met: tuple[Met, ...] = ()
    connections: Connections = {}
    learnt: Learnt = frozenset()


def trace(network: CompiledNetwork, flow: Flow, gateway: str | None = None, is_explained: bool = False) -> Trace:
    """Where the network carries the flow. `gateway` names the router that the source uses first.

    Rules are asked where the flow says what it is: a protocol and, where that has them, ports. Else the way is that of
    the routes alone.
    """
    packet = packet_of(flow)
    start, is_filtered = begin(network, flow.source, packet, gateway), is_said(packet)
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
    learnt: Learnt = frozenset(),
) -> list[Way]:
    """At least one way, the likeliest first. `is_open`: on and on, as if no rule stopped the packet. `is_explained`:
    steps say which rules were asked in vain."""
    walker = Walker(network, packet, is_filtered, is_open, is_explained)
    if start.at is None:
        assert start.ended is not None
        return [walker.ended_at_once(start.ended)]
    first = At(start.at, packet, steps=start.steps, conditions=start.conditions, connections=connections or {})
    looking = walker.looking_at_first(first)
    why = silence(network, looking) if looking is not None else ""
    if looking is not None and why:
        return [walker.ended_at_once(lost(start.steps, why))]
    if looking is not None:
        learnt |= {(start.at.router, looking.address)}
    waiting = [structs.replace(first, learnt=learnt)]
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
        at = structs.replace(at, conditions=_joined(at.conditions, doubts), met=(*at.met, self._met(router.name, own)))
        outcomes: list[At | Way] = []
        for each in opened[: max(1, room)]:
            outcomes.append(self._onward(at, each))
        if len(opened) > max(1, room):
            note = f"more than {MAX_BRANCHES} equal-cost ways: {router.name} has others that are not followed here"
            outcomes = [self._noted(each, note) for each in outcomes]
        return outcomes

    def _met(self, router: str, found: list[Explored]) -> Met:
        """Where it may do one thing or another, the first that stops the packet."""
        first = next((each for each in found if not each.exit.is_through), found[0]).exit
        verdicts = {each.exit.verdict for each in found}
        verdict = first.verdict if len(verdicts) == 1 else Verdict.CONDITIONAL
        return Met(router, verdict, first.reason if not first.is_through else "", first.decision, first.matched)

    def _noted(self, outcome: "At | Way", note: str) -> "At | Way":
        if isinstance(outcome, At):
            return structs.replace(outcome, conditions=_joined(outcome.conditions, (note,)))
        branch = structs.replace(outcome.branch, conditions=_joined(outcome.branch.conditions, (note,)))
        return structs.replace(outcome, branch=branch)

    def _onward(self, at: At, found: Explored) -> At | Way:
        exit_ = found.exit
        at = At(
            where=at.where,
            packet=exit_.packet,
            hops=at.hops,
            seen=at.seen | {at.where} if at.where.interface else at.seen,
            share=at.share * exit_.share,
            steps=at.steps + exit_.steps,
            conditions=_joined(at.conditions, exit_.conditions, found.conditions),
            met=at.met,
            connections=_remembered(at.connections, at.where.router, exit_),
        )
        if exit_.hop is None:
            return self._end(at, exit_.verdict, exit_.reason, exit_)
        return self._go(at, exit_)

    def _go(self, at: At, exit_: Exit) -> At | Way:
        hop = exit_.hop
        assert hop is not None
        crossing = cross(self.network, self.network.routers[at.where.router], hop, at.packet, not at.where.interface)
        looking = self._looking(at, hop, crossing)
        if looking is not None:
            crossing = self._unheard(crossing, looking, at.learnt)
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
        conditions = _joined(at.conditions, crossing.conditions)
        hops = (*at.hops, passed)
        if crossing.to is not None:
            packet = at.packet
            if packet.mark != self.packet.mark:  # a mark stays on its router
                packet = structs.replace(packet, mark=self.packet.mark)
            learnt = at.learnt | {(crossing.to.router, looking.address)} if looking is not None else at.learnt
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

    def looking_at_first(self, at: At) -> Looking | None:
        """The source looks for the first router."""
        is_neighbor = bool(at.steps) and at.steps[-1].kind in (StepKind.ASSUMPTION, StepKind.NEIGHBOR)
        if at.packet.family != 6 or not at.where.interface or not is_neighbor or self.is_open or not self.is_filtered:
            return None
        router = self.network.routers[at.where.router]
        shown = router.shown.get((at.where.interface, 6))
        if shown is None or not router.interfaces[at.where.interface].has_neighbors:
            return None
        return Looking(None, at.packet.source, at.where, int(shown))

    def _looking(self, at: At, hop: NextHop, crossing: Crossing) -> Looking | None:
        """IPv6 neighbours are found by packets that rules see; those of IPv4 by ARP, which they do not see."""
        by_ipv6 = hop.via.version == 6 if hop.via is not None else at.packet.family == 6
        if not by_ipv6 or not self.is_filtered or self.is_open or crossing.verdict is not Verdict.ACCEPTED:
            return None
        router = self.network.routers[at.where.router]
        interface = router.interfaces.get(hop.dev or "")
        if interface is None or not interface.has_neighbors or crossing.step.kind is not StepKind.NEIGHBOR:
            return None
        own = at.packet.source if not at.where.interface else None
        address = own if own is not None and at.packet.family == 6 else link_local(interface)
        wanted = int(hop.via) if hop.via is not None else at.packet.destination
        return Looking(Attachment(router.name, interface.name), address, crossing.to, wanted)

    def _unheard(self, crossing: Crossing, looking: Looking, learnt: Learnt) -> Crossing:
        is_known = looking.asker is not None and (looking.asker.router, looking.wanted) in learnt
        why = "" if is_known else silence(self.network, looking)
        if not why:
            return crossing
        step = Step(StepKind.NEIGHBOR, crossing.step.text, "nobody answers")
        return Crossing(Verdict.NEIGHBOR_UNREACHABLE, step, None, why, crossing.segment, crossing.conditions)

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
