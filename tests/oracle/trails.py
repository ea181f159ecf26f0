"""What was watched of each packet in one router, and the fate that it means."""

from collections.abc import Callable, Iterable

from backend.lab.proof.judge import DENIED
from backend.lab.proof.rulebook import Effect, Place, Rulebook
from backend.lab.proof.why import Why
from backend.lab.watch.craft import source_port
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.packet import Packet, parse
from backend.lab.watch.sighting import Lost, Matched, Seen, Sighting
from backend.model.verdict import Verdict
from tests.oracle import checkpoints
from tests.oracle.fates import Fate, Left
from tests.oracle.stamp import kind_of, number_of

OUTPUT = 3
SYN, MSS_OPTION = 0x02, b"\x02\x04"
Asking = Callable[[Packet, int], Why]


class Trail:
    """Of one packet."""

    def __init__(self, data: bytes) -> None:
        self.kind = kind_of(data)
        self.events: list[Event] = []
        self.checkpoints: dict[str, Event] = {}
        self.last: Event | None = None
        self.oif = ""
        self.left = b""
        self.is_repeated = False


class Trails:
    """Of the packets of a router, known by their stamps."""

    def __init__(self, namespace: str, book: Rulebook) -> None:
        self._namespace = namespace
        self._book = book
        self._trails: dict[int, Trail] = {}
        self._places: dict[tuple[int, str, str, Kind, int], tuple[str, Place] | None] = {}

    def begin(self, number: int, data: bytes) -> Trail:
        trail = self._trails[number] = Trail(data)
        return trail

    def add(self, sightings: Iterable[Sighting]) -> None:
        for each in sightings:
            if isinstance(each, Matched):
                self._happen(each.event)
            elif isinstance(each, Seen):
                if not each.is_incoming:
                    self._leave(each.device, each.packet)
            else:
                assert not isinstance(each, Lost), each

    def _find(self, data: bytes) -> Trail | None:
        trail = self._trails.get(number_of(data))
        return trail if trail is not None and trail.kind == kind_of(data) else None

    def _happen(self, event: Event) -> None:
        trail = self._find(event.packet)
        if trail is None or event.hook == OUTPUT:
            return
        trail.last = event
        if event.table == checkpoints.TABLE:
            if event.kind is Kind.RETURN:
                return  # nf_tables tells the end of a chain before its policy
            trail.is_repeated |= event.chain in trail.checkpoints
            trail.checkpoints[event.chain] = event
        else:
            trail.events.append(event)

    def _leave(self, device: str, data: bytes) -> None:
        trail = self._find(data)
        if trail is not None:
            trail.is_repeated |= bool(trail.left)
            trail.oif, trail.left = device, data

    def fate(self, trail: Trail, ask: Asking) -> Fate:
        met = [found for event in trail.events if (found := self._place(event)) is not None]
        matched = tuple(name for name, _ in met)
        if trail.is_repeated or any(place.effect is Effect.UNCERTAIN for _, place in met):
            return Fate(Verdict.UNKNOWN, matched=matched)
        if trail.left:
            return Fate(Verdict.ACCEPTED, _accepting(met), matched, trail.oif, _left(trail))
        if met and met[-1][1].stops:
            hook = trail.events[-1].hook
            return Fate(DENIED.get(-1 if hook is None else hook, Verdict.DENIED_OUT), matched[-1], matched)
        packet = parse(trail.last.packet) if trail.last is not None else None
        if checkpoints.INPUT in trail.checkpoints:
            routed = trail.checkpoints.get(checkpoints.PREROUTING)
            if routed is not None and _is_broadcast(routed, ask):
                return Fate(Verdict.UNREACHABLE, matched=matched)
            return Fate(Verdict.ACCEPTED, _accepting(met), matched)
        if packet is None or trail.last is None or checkpoints.FORWARD in trail.checkpoints:
            return Fate(Verdict.UNKNOWN, matched=matched)
        why = ask(packet, trail.last.mark)
        is_refused = why.verdict is not Verdict.ACCEPTED
        return Fate(why.verdict if is_refused else Verdict.UNKNOWN, matched=matched)

    def _place(self, event: Event) -> tuple[str, Place] | None:
        key = (event.family, event.table, event.chain, event.kind, event.position)
        try:
            return self._places[key]
        except KeyError:
            found = self._book.find(self._namespace, event)
            named = (_name(found), found) if found is not None and found.is_met else None
            self._places[key] = named
            return named


def _is_broadcast(routed: Event, ask: Asking) -> bool:
    """It is for others too."""
    packet = parse(routed.packet)
    return packet is not None and packet.family == 4 and ask(packet, routed.mark).verdict is Verdict.UNREACHABLE


def _name(place: Place) -> str:
    said = place.decision
    return f"{said.table} {said.chain} {said.number if place.is_rule else 'policy'}"


def _accepting(met: list[tuple[str, Place]]) -> str:
    of_filter = (
        name for name, place in reversed(met) if place.effect is Effect.ACCEPTED and name.startswith("filter ")
    )
    return next(of_filter, "")


def _left(trail: Trail) -> Left | None:
    known, last = parse(trail.left), trail.checkpoints.get(checkpoints.POSTROUTING, trail.last)
    if known is None or last is None:
        return None
    return Left(
        source=known.source,
        source_port=source_port(known),
        destination=known.destination,
        destination_port=known.destination_port,
        tos=known.tos,
        ttl=known.ttl,
        mark=last.mark,
        mss=_mss(known, trail.left),
    )


def _mss(packet: Packet, data: bytes) -> int:
    options = data[packet.transport + 20 : packet.payload] if packet.flags & SYN else b""
    at = options.find(MSS_OPTION)
    return int.from_bytes(options[at + 2 : at + 4]) if at >= 0 else 0
