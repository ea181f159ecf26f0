"""The way of one probe through a lab as a branch of a trace, and the judgement at each of its machines. Pure."""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address

from msgspec import Struct

from backend.lab.proof.judge import Judgement, judge, steps
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.story import Story, Visit
from backend.lab.proof.why import Why
from backend.model.address import Address
from backend.model.answer import Decision, DecisionKind
from backend.model.network import Network
from backend.model.trace import Branch, Hop, Step, StepKind
from backend.model.verdict import Verdict


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
    link: Callable[[str, str], str | None]


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


def map_of(
    network: Network, namespaces: Mapping[str, str], outside: frozenset[str], link: Callable[[str, str], str | None]
) -> Map:
    addresses: dict[tuple[str, str, int], Address] = {}
    segments: dict[tuple[str, str], str] = {}
    known = {router.name: router for router in network.routers}
    for name, namespace in namespaces.items():
        for interface in known[name].interfaces if name in known else ():
            for entry in interface.addresses:
                if not entry.address.is_link_local or entry.address.version == 4:
                    addresses.setdefault((namespace, interface.name, entry.address.version), entry.address)
    for segment in network.segments:
        for member in segment.members:
            if member.router in namespaces:
                segments[namespaces[member.router], member.interface] = segment.name
    routers = {namespace: name for name, namespace in namespaces.items() if name in known}
    hosts = {namespace: name for name, namespace in namespaces.items() if name not in known}
    return Map(routers, hosts, outside, addresses, segments, link)


def passage(
    visits: Sequence[Visit], places: Map, book: Rulebook, story: Story, ask: Callable[[Visit], Why], target: Address
) -> Passage:
    """`visits` in their order; `target` is where the packet is going."""
    judgements = tuple(_judged(visit, places, book, ask) for visit in visits)
    if not visits:
        return Passage((), (), Verdict.UNKNOWN, "nothing was sent", None, None)
    last, judgement = visits[-1], judgements[-1]
    verdict, reason, decision, arrived = judgement.verdict, judgement.reason, judgement.decision, None
    if any(each.verdict is Verdict.UNKNOWN and each.decision for each in judgements):
        doubtful = next(each for each in judgements if each.verdict is Verdict.UNKNOWN and each.decision)
        verdict, reason, decision = doubtful.verdict, doubtful.reason, doubtful.decision
    elif judgement.is_local or last.namespace in places.hosts:
        arrived = last.namespace
        verdict, reason, decision = Verdict.ACCEPTED, "", None
        if last.namespace in places.outside:
            verdict, reason = Verdict.EXITS_NETWORK, f"the path leaves the known network towards {target}"
    elif judgement.is_through:
        verdict, reason, decision = _lost(last, places)
    elif judgement.verdict is Verdict.UNKNOWN:
        verdict, reason, decision = _unanswered(last, places, story, ask) or (verdict, reason, decision)
    short = without_turns(visits)
    if verdict is Verdict.TTL_EXCEEDED and len(short) < len(visits):
        again = places.routers.get(visits[len(short)].namespace, "")
        verdict, reason, decision = Verdict.LOOP, f"the packet comes to {again} again: a loop", None
        visits, judgements = short, judgements[: len(short)]
    return Passage(tuple(visits), judgements, verdict, reason, decision, arrived)


def branch(passage: Passage, places: Map, book: Rulebook) -> Branch | None:
    """With every step of every hop; the sender is no hop of its own path."""
    if not passage.visits:
        return None
    pairs = list(zip(passage.visits, passage.judgements, strict=True))
    is_sent_by_host = passage.visits[0].namespace in places.hosts and passage.visits[0].came is None
    hops = tuple(_hop(visit, judgement, places, book) for visit, judgement in pairs[is_sent_by_host:])
    return Branch(hops, passage.verdict, passage.reason)


def _judged(visit: Visit, places: Map, book: Rulebook, ask: Callable[[Visit], Why]) -> Judgement:
    router = places.routers.get(visit.namespace)
    if router is None:
        return Judgement(Verdict.ACCEPTED, is_local=visit.left is None)
    return judge(visit, book, router, ask)


def _lost(visit: Visit, places: Map) -> tuple[Verdict, str, Decision | None]:
    """It left a machine and was seen in none."""
    assert visit.left is not None
    name = places.routers.get(visit.namespace, visit.namespace)
    return Verdict.EXITS_NETWORK, f"leaves the known network on {name} {visit.left.device}", None


def without_turns(visits: Sequence[Visit]) -> list[Visit]:
    """Up to where the packet comes to the same device of the same machine again."""
    seen: set[tuple[str, str]] = set()
    for number, visit in enumerate(visits):
        at = (visit.namespace, visit.came.device if visit.came is not None else "")
        if at in seen:
            return list(visits[:number])
        seen.add(at)
    return list(visits)


def _unanswered(
    visit: Visit, places: Map, story: Story, ask: Callable[[Visit], Why]
) -> tuple[Verdict, str, Decision | None] | None:
    """It was to leave to a neighbour that does not answer: then that one was asked for, and nothing left."""
    name = places.routers.get(visit.namespace, visit.namespace)
    found = ask(visit)
    if found.outgoing is None or (found.outgoing, found.via) not in story.asked[visit.namespace]:
        return None
    reason = f"nobody answers for {found.via} on {name} {found.outgoing}"
    decision = Decision(name, DecisionKind.NONE, Verdict.NEIGHBOR_UNREACHABLE.value, text=reason)
    return Verdict.NEIGHBOR_UNREACHABLE, reason, decision


def _hop(visit: Visit, judgement: Judgement, places: Map, book: Rulebook) -> Hop:
    namespace = visit.namespace
    router = places.routers.get(namespace)
    came = visit.came.device if visit.came is not None else None
    packet = visit.packet
    if router is None:
        address = packet.destination if packet is not None else None
        return Hop(name=places.hosts.get(namespace, namespace), address=address, is_router=False)
    left = visit.left.device if visit.left is not None else None
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
