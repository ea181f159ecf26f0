"""What one router did with one packet: verdict, deciding rule and counts, from what was watched there. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from backend.lab.proof.rulebook import Effect, Place, Rulebook
from backend.lab.proof.story import FORWARD, INPUT, PREROUTING, Happened, Visit
from backend.lab.proof.why import Why
from backend.lab.watch.packet import Packet
from backend.model.address import Address
from backend.model.answer import Count, Decision
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict

DENIED = {PREROUTING: Verdict.DENIED_IN, INPUT: Verdict.DENIED_IN, FORWARD: Verdict.DENIED_FORWARD}
"""By where the rule stands; all others lie on the way out."""
BUILT_IN = {"PREROUTING": PREROUTING, "INPUT": INPUT, "FORWARD": FORWARD}
WORDS = {Effect.DROPPED: "dropped", Effect.REJECTED: "rejected"}
Asking = Callable[[Visit], Why]


class Judgement(Struct, frozen=True):
    """What came of a visit."""

    verdict: Verdict
    reason: str = ""
    decision: Decision | None = None
    """What stopped the packet, or what let it through."""
    is_local: bool = False
    """The packet was for the machine itself."""
    condition: str = ""
    """Why the verdict may be another one on the router itself."""
    outgoing: str | None = None
    """Where it should have left, but was not let out since nobody answers there."""
    via: Address | None = None
    """Who should have answered."""

    @property
    def is_through(self) -> bool:
        return self.verdict is Verdict.ACCEPTED

    @property
    def is_doubtful(self) -> bool:
        """A rule was met of which nobody can say what it does."""
        return self.verdict in (Verdict.UNKNOWN, Verdict.CONDITIONAL) and self.decision is not None


def judge(visit: Visit, book: Rulebook, router: str, ask: Asking) -> Judgement:
    """`ask` finds out from the kernel why a packet went no further that no rule stopped."""
    found = places(visit, book)
    doubt = next((place for _, place in found if place.effect is Effect.UNCERTAIN), None)
    if doubt is not None:
        return _doubtful(doubt, router, book.is_marker(visit.namespace, doubt.decision))
    last = found[-1][1] if found else None
    if last is not None and last.stops and visit.left is None:
        where = _hook(visit)
        words = WORDS[last.effect]
        return Judgement(DENIED.get(where, Verdict.DENIED_OUT), f"{words} by {last.decision.spoken}", last.decision)
    accepting = next((place.decision for _, place in reversed(found) if _lets_through(place)), None)
    if visit.left is not None:
        return Judgement(Verdict.ACCEPTED, decision=accepting)
    if _hook(visit) == INPUT:
        return Judgement(Verdict.ACCEPTED, decision=accepting, is_local=True)
    return _unstopped(ask(visit), router, accepting)


def _doubtful(place: Place, router: str, is_marker: bool) -> Judgement:
    rule = place.decision.spoken
    if is_marker:
        return Judgement(Verdict.UNKNOWN, f"{rule} cannot be loaded here, and the packet comes to it", place.decision)
    reason = f"{rule} hands the packet to a program of {router}, of which the facts say nothing"
    return Judgement(Verdict.CONDITIONAL, reason, place.decision, condition=reason)


def _unstopped(found: Why, router: str, accepting: Decision | None) -> Judgement:
    if found.is_local:
        return Judgement(Verdict.ACCEPTED, decision=accepting, is_local=True)
    if found.verdict is not Verdict.ACCEPTED:
        decision = Decision(router, found.kind, found.verdict.value, text=found.reason)
        return Judgement(found.verdict, f"{found.reason} on {router}", decision)
    return Judgement(Verdict.UNKNOWN, f"the packet was last seen on {router}, and nothing says what came of it")


def _lets_through(place: Place) -> bool:
    return place.effect is Effect.ACCEPTED and place.decision.table == "filter"


def _hook(visit: Visit) -> int:
    found = visit.hook
    if found is not None:
        return found
    chains = [BUILT_IN[each.event.chain] for each in visit.events if each.event.chain in BUILT_IN]
    return chains[-1] if chains else -1


def places(visit: Visit, book: Rulebook) -> list[tuple[Happened, Place]]:
    """Asked several times of each visit, and each time the same as long as nothing more happens there."""
    key = (id(visit), len(visit.events))
    known = book.told.get(key)
    if known is None:
        found = ((each, book.find(visit.namespace, each.event)) for each in visit.events)
        known = book.told[key] = (visit, [(each, place) for each, place in found if place is not None])
    return known[1]


def counts(visits: Iterable[Visit], book: Rulebook) -> tuple[Count, ...]:
    """The rules that these packets matched. A lab's counters begin at nothing."""
    tally: Counter[tuple[str, str, int, str, int]] = Counter()
    for visit in visits:
        for _, place in places(visit, book):
            rule = place.decision
            if place.is_rule and place.is_met:
                tally[rule.table or "", rule.chain or "", rule.number or 0, rule.text, rule.line or 0] += 1
    return tuple(Count(table, chain, n, text, 0, many, line) for (table, chain, n, text, line), many in tally.items())


def steps(visit: Visit, book: Rulebook) -> tuple[Step, ...]:
    """What happened on a visit, in its order: rules, policies, marks and translations."""
    found: list[Step] = []
    mark = visit.events[0].event.mark if visit.events else 0
    for happened, place in places(visit, book):
        if not place.is_met:
            continue
        if happened.event.mark != mark:
            found.append(Step(StepKind.MARK, f"{mark:#x}", f"{happened.event.mark:#x}"))
            mark = happened.event.mark
        found.append(place.decision.step)
    before, after = visit.packet, visit.left.packet if visit.left is not None else None
    if before is not None and after is not None and _between(before) != _between(after):
        found.append(Step(StepKind.TRANSLATION, ends(before), ends(after)))
    return tuple(found)


def _between(packet: Packet) -> tuple[Address, int, Address, int]:
    return packet.source, packet.source_port, packet.destination, packet.destination_port


def ends(packet: Packet) -> str:
    """`10.1.1.50:40000 > 10.2.1.50:443`."""
    source, destination = _end(packet.source, packet.source_port), _end(packet.destination, packet.destination_port)
    return f"{source} > {destination}"


def _end(address: object, port: int) -> str:
    text = f"[{address}]" if ":" in str(address) else str(address)
    return f"{text}:{port}" if port else str(address)
