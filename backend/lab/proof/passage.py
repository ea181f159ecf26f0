"""The way of one probe through a lab as a branch of a trace, and the judgement at each of its machines. Pure."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address

from msgspec import Struct, structs

from backend.lab.plan.internet import INTERNET
from backend.lab.proof.judge import Judgement, judge, steps
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.story import Story, Visit
from backend.lab.proof.why import Why
from backend.model.address import Address
from backend.model.answer import Decision, DecisionKind
from backend.model.network import Network
from backend.model.trace import Branch, Hop, Step, StepKind
from backend.model.verdict import Verdict

LOOPBACK = "lo"


class Map(Struct, frozen=True):
    """Who is who in a lab."""

    routers: Mapping[str, str]
    """Namespace → router."""
    hosts: Mapping[str, str]
    """Namespace → the host's name, or its address."""
    outside: frozenset[str]
    """Namespaces that stand for what the facts do not know."""
    addresses: Mapping[tuple[str, str, int], Address]
    """Namespace, device, IP version → the address by which the device shows itself."""
    segments: Mapping[tuple[str, str], str]
    """Namespace and device → segment."""
    owners: Mapping[Address, frozenset[str]] = {}
    """Address → the namespaces of the routers that have it."""

    def name(self, namespace: str) -> str:
        return self.routers.get(namespace) or self.hosts.get(namespace, namespace)


class Passage(Struct, frozen=True):
    visits: tuple[Visit, ...]
    judgements: tuple[Judgement, ...]
    """Of each visit."""
    verdict: Verdict
    reason: str
    decision: Decision | None
    arrived: str | None
    """The namespace where it was delivered."""

    @property
    def is_through(self) -> bool:
        return self.arrived is not None

    @property
    def is_doubtful(self) -> bool:
        return any(each.is_doubtful for each in self.judgements)


def map_of(network: Network, namespaces: Mapping[str, str], outside: frozenset[str]) -> Map:
    addresses: dict[tuple[str, str, int], Address] = {}
    owners: dict[Address, set[str]] = {}
    segments: dict[tuple[str, str], str] = {}
    known = {router.name: router for router in network.routers}
    for name, namespace in namespaces.items():
        for interface in known[name].interfaces if name in known else ():
            for entry in interface.addresses:
                owners.setdefault(entry.address, set()).add(namespace)
                if not entry.address.is_link_local or entry.address.version == 4:
                    addresses.setdefault((namespace, interface.name, entry.address.version), entry.address)
    for segment in network.segments:
        for member in segment.members:
            if member.router in namespaces:
                segments[namespaces[member.router], member.interface] = segment.name
    routers = {namespace: name for name, namespace in namespaces.items() if name in known}
    hosts = {namespace: name for name, namespace in namespaces.items() if name not in known}
    if INTERNET in hosts:
        hosts[INTERNET], outside = "the internet", outside | {INTERNET}
    mine = {address: frozenset(names) for address, names in owners.items()}
    return Map(routers, hosts, outside, addresses, segments, mine)


def passage(
    visits: Sequence[Visit], places: Map, book: Rulebook, story: Story, ask: Callable[[Visit], Why], target: Address
) -> Passage:
    """`visits` in their order; `target` is where the packet is going."""
    if not visits:
        return Passage((), (), Verdict.UNKNOWN, "nothing was sent", None, None)
    *before, last = (_judged(visit, places, book, ask) for visit in visits)
    if last.verdict is Verdict.UNKNOWN and not last.is_doubtful:
        last = _unanswered(visits[-1], places, story, ask) or last
    judgements = (*before, last)
    turn = _turn(visits) if last.verdict is Verdict.TTL_EXCEEDED else None
    doubt = next((each for each in judgements if each.is_doubtful), None)
    arrived = None
    if turn is not None:
        visits, judgements = visits[: turn + 1], judgements[: turn + 1]
        again = places.name(visits[turn].namespace)
        end = Judgement(Verdict.LOOP, f"the packet comes to {again} again: a loop")
    elif doubt is not None:
        end = doubt
    elif last.is_through and not last.is_local:
        end = _lost(visits[-1], places)
    elif last.is_through:
        arrived = visits[-1].namespace
        end = _arrived(arrived, places, target)
    else:
        end = last
    return Passage(tuple(visits), judgements, end.verdict, end.reason, end.decision, arrived)


def branch(passage: Passage, places: Map, book: Rulebook) -> Branch | None:
    """With every step of every hop; the sender is no hop of its own path, nor is who is beyond the known network."""
    if not passage.visits:
        return None
    hops: list[Hop] = []
    for visit, judgement in zip(passage.visits, passage.judgements, strict=True):
        is_sender = visit.came is None and visit.namespace in places.hosts
        if is_sender or visit.namespace in places.outside:
            continue
        hop = _hop(visit, judgement, places, book)
        if visit.came is not None and visit.came.device == LOOPBACK and hops:
            hops.append(_joined(hops.pop(), hop))
        else:
            hops.append(hop)
    if passage.verdict is Verdict.LOOP:
        hops[-1] = structs.replace(hops[-1], outgoing=None, segment=None, verdict=Verdict.LOOP)
    return Branch(tuple(hops), passage.verdict, passage.reason)


def _judged(visit: Visit, places: Map, book: Rulebook, ask: Callable[[Visit], Why]) -> Judgement:
    if visit.namespace in places.routers or visit.wanted is not None:
        return judge(visit, book, places.name(visit.namespace), ask)
    return Judgement(Verdict.ACCEPTED, is_local=visit.left is None)


def _arrived(namespace: str, places: Map, target: Address) -> Judgement:
    if namespace in places.outside:
        return Judgement(Verdict.EXITS_NETWORK, f"the path leaves the known network towards {target}")
    return Judgement(Verdict.ACCEPTED)


def _lost(visit: Visit, places: Map) -> Judgement:
    """It left a machine and was seen in none."""
    assert visit.left is not None
    where = f"{places.name(visit.namespace)} {visit.left.device}"
    return Judgement(Verdict.EXITS_NETWORK, f"leaves the known network on {where}")


def met_by(found: Passage, there: Visit, why: Why, places: Map) -> Passage:
    """The way goes on to the machine which would not have it."""
    *before, last = found.judgements
    left = structs.replace(last, verdict=Verdict.ACCEPTED, reason="", decision=None)
    name = places.name(there.namespace)
    reason = f"{why.reason} on {name}, which answers no ARP request of this source either"
    decision = Decision(name, DecisionKind.NONE, why.verdict.value, text=reason)
    judgements = (*before, left, Judgement(why.verdict, reason, decision))
    return Passage((*found.visits, there), judgements, why.verdict, reason, decision, None)


def _turn(visits: Sequence[Visit]) -> int | None:
    """Where the packet comes to the same device of the same machine again."""
    seen: set[tuple[str, str]] = set()
    for number, visit in enumerate(visits):
        at = (visit.namespace, visit.came.device if visit.came is not None else "")
        if at in seen:
            return number
        seen.add(at)
    return None


def _unanswered(visit: Visit, places: Map, story: Story, ask: Callable[[Visit], Why]) -> Judgement | None:
    """It was to leave to a neighbour that does not answer: then that one was asked for, and nothing left."""
    name, found = places.name(visit.namespace), ask(visit)
    if found.outgoing is None:
        return None
    if not found.has_carrier:
        reason = f"{name} {found.outgoing} has no carrier, and {found.via} is not reached"
    elif (found.outgoing, found.via) in story.asked[visit.namespace]:
        reason = f"nobody answers for {found.via} on {name} {found.outgoing}"
    else:
        return None
    decision = Decision(name, DecisionKind.NONE, Verdict.NEIGHBOR_UNREACHABLE.value, text=reason)
    return Judgement(Verdict.NEIGHBOR_UNREACHABLE, reason, decision, outgoing=found.outgoing, via=found.via)


def _hop(visit: Visit, judgement: Judgement, places: Map, book: Rulebook) -> Hop:
    namespace = visit.namespace
    router = places.routers.get(namespace)
    came = visit.came.device if visit.came is not None else None
    packet = visit.packet
    if router is None:
        address = packet.destination if packet is not None else None
        return Hop(name=places.hosts.get(namespace, namespace), address=address, is_router=False)
    left = visit.left.device if visit.left is not None else judgement.outgoing
    version = packet.family if packet is not None else 4
    shown = places.addresses.get((namespace, came, version)) if came is not None else None
    made = steps(visit, book)
    if judgement.is_local and judgement.is_through:
        made += (Step(StepKind.LOCAL, "for the router itself", "delivered"),)
    if came is None and packet is not None:
        shown = ip_address(str(packet.source))
    return Hop(
        name=router,
        address=shown,
        incoming=came,
        outgoing=left,
        segment=places.segments.get((namespace, left)) if left is not None else None,
        verdict=judgement.verdict,
        steps=made,
    )


def _joined(sent: Hop, received: Hop) -> Hop:
    """What a machine sends to itself is on one hop."""
    steps = sent.steps + received.steps
    return structs.replace(received, address=sent.address, incoming=sent.incoming, steps=steps)
