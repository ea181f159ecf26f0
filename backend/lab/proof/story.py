"""What was watched in a lab, as the way of each probe: the machines it visited, what netfilter did there. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from msgspec import Struct

from backend.lab.probe.token import Token, Way, recognised
from backend.lab.watch.event import Event
from backend.lab.watch.packet import Packet, parse
from backend.model.address import Address

PREROUTING, INPUT, FORWARD, OUTPUT, POSTROUTING = range(5)
ORDER = {PREROUTING: 0, OUTPUT: 0, INPUT: 1, FORWARD: 1, POSTROUTING: 2}
Link = Callable[[str, str], str | None]
"""Namespace and device → the cable or switch that it hangs on."""


class Picture(Struct, frozen=True):
    """A packet as it was seen on a device."""

    device: str
    packet: Packet
    data: bytes


class Happened(Struct, frozen=True):
    """An event with its packet read, and the names of its devices."""

    event: Event
    packet: Packet


class Visit(Struct):
    """A packet in one machine, from where it comes in to where it leaves."""

    namespace: str
    came: Picture | None = None
    """None: the machine has sent it."""
    events: list[Happened] = []
    left: Picture | None = None
    wanted: Picture | None = None
    """What the machine should have sent, on no device, or got, where nothing was seen of it."""
    is_over: bool = False
    """The packet was sent again, and what happens to it then is not told."""

    @property
    def packet(self) -> Packet | None:
        """As it first was seen here."""
        if self.came is not None:
            return self.came.packet
        if self.events:
            return self.events[0].packet
        picture = self.left or self.wanted
        return picture.packet if picture is not None else None

    @property
    def data(self) -> bytes:
        """As it last was here, as far as it was copied."""
        if self.events:
            return self.events[-1].event.packet
        picture = self.came or self.left or self.wanted
        return picture.data if picture is not None else b""

    @property
    def hook(self) -> int | None:
        """Where the last event was; a user chain of nf_tables does not say it, and lies in the one before."""
        return next((each.event.hook for each in reversed(self.events) if each.event.hook is not None), None)


class Story:
    """Collects sightings; gives the visits of each probe."""

    def __init__(self) -> None:
        self._visits: dict[Token, dict[str, list[Visit]]] = defaultdict(lambda: defaultdict(list))
        self.asked: dict[str, list[tuple[str, Address]]] = defaultdict(list)
        """Namespace → the neighbours that it asked for, with the device; for those who do not answer."""

    def see(self, namespace: str, device: str, is_incoming: bool, data: bytes) -> Token | None:
        packet = parse(data)
        token = recognised(packet, data) if packet is not None else None
        if token is None or packet is None:
            return None
        picture = Picture(device, packet, data)
        visits = self._visits[token][namespace]
        if is_incoming:
            if not any(_is_again(visit.came, picture) for visit in visits):
                _incoming(namespace, visits, picture)
        else:
            visit = _leaving(visits, packet)
            if visit is None:
                visits.append(Visit(namespace, left=picture, events=[]))
            elif visit.left is None:
                visit.left = picture
        return token

    def happen(self, namespace: str, event: Event) -> Token | None:
        packet = parse(event.packet)
        token = recognised(packet, event.packet) if packet is not None else None
        if token is None or packet is None:
            return None
        visits = self._visits[token][namespace]
        happened = Happened(event, packet)
        visit = _of_event(visits, happened)
        if visit is None:
            visits.append(Visit(namespace, events=[happened]))
        elif not visit.is_over:
            visit.is_over = _is_repeated(visit, event)
            visit.events += [] if visit.is_over else [happened]
        return token

    def ask(self, namespace: str, device: str, address: Address) -> None:
        self.asked[namespace].append((device, address))

    def visits(self, number: int, way: Way, namespace: str | None = None) -> list[Visit]:
        found = self._visits.get(Token(number, way), {})
        spaces = found if namespace is None else [namespace]
        return [visit for space in spaces for visit in found.get(space, ())]

    def way(self, number: int, way: Way, link: Link) -> list[Visit]:
        """The visits in the order in which the packet made them."""
        return ordered(self.visits(number, way), link)


def ordered(visits: Iterable[Visit], link: Link) -> list[Visit]:
    """From who sent the packet, along the cables on which it left."""
    waiting = sorted(visits, key=_distance)
    if not waiting:
        return []
    found = [waiting.pop(0)]
    while waiting and found[-1].left is not None:
        following = _next(found[-1], waiting, link)
        if following is None:
            break
        waiting.remove(following)
        found.append(following)
    return found


def _distance(visit: Visit) -> tuple[bool, int]:
    packet = visit.packet
    return visit.came is not None, -(packet.ttl if packet is not None else 0)


def _next(visit: Visit, waiting: Iterable[Visit], link: Link) -> Visit | None:
    assert visit.left is not None
    cable = link(visit.namespace, visit.left.device)
    for each in waiting:
        if each.came is not None and each.came.packet.ttl == visit.left.packet.ttl:
            there = link(each.namespace, each.came.device)
            if there == cable:
                return each
    return None


def _is_again(came: Picture | None, picture: Picture) -> bool:
    """The same packet once more: a switch that floods, or one that is sent again."""
    return came is not None and came.device == picture.device and came.packet.ttl == picture.packet.ttl


def _incoming(namespace: str, visits: list[Visit], picture: Picture) -> None:
    """Events may have been read before the tap."""
    for visit in visits:
        first = visit.events[0] if visit.events else None
        is_first = visit.came is None and first is not None and first.event.hook in (PREROUTING, None)
        if is_first and first is not None and first.packet.ttl == picture.packet.ttl:
            visit.came = picture
            return
    visits.append(Visit(namespace, came=picture, events=[]))


def _leaving(visits: list[Visit], packet: Packet) -> Visit | None:
    """A router takes one off the time to live, unless a rule has set it."""
    open_visits = [visit for visit in visits if visit.left is None]
    for visit in open_visits:
        seen = visit.packet
        if seen is not None and seen.ttl - packet.ttl in (0, 1):
            return visit
    return open_visits[-1] if open_visits else next((v for v in visits if _was_left(v, packet)), None)


def _was_left(visit: Visit, packet: Packet) -> bool:
    return visit.left is not None and visit.left.packet.ttl == packet.ttl


def _of_event(visits: list[Visit], happened: Happened) -> Visit | None:
    fitting = [visit for visit in visits if _may_hold(visit, happened.event.hook)]
    if len(fitting) == 1:
        return fitting[0]
    is_behind = happened.event.hook in (FORWARD, POSTROUTING)
    for visit in fitting:
        seen = visit.packet
        if seen is None:
            continue
        expected = seen.ttl - (1 if is_behind and visit.came is not None else 0)
        if happened.packet.ttl == expected:
            return visit
    return fitting[-1] if fitting else None


def _is_repeated(visit: Visit, event: Event) -> bool:
    """Whether the packet passes from the beginning once more: hooks come in their order, and at the first of them a
    packet is in each place once."""
    last = visit.hook
    if last is None or event.hook is None:
        return False
    first = visit.events[0].event
    return ORDER[event.hook] < ORDER[last] or (
        event.table == "raw" and (event.chain, event.kind, event.position) == (first.chain, first.kind, first.position)
    )


def _may_hold(visit: Visit, hook: int | None) -> bool:
    """What a machine sends to itself visits it twice."""
    is_incoming = visit.came is not None or any(each.event.hook == PREROUTING for each in visit.events[:1])
    return not is_incoming if hook == OUTPUT else is_incoming or hook not in (PREROUTING, INPUT, FORWARD)
