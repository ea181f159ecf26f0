"""A test as a conversation: what opens it, the answer, and on a connection what is sent then and its echo."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, structs

from backend.model.address import Address
from backend.model.network import Attachment
from backend.model.verdict import Verdict
from backend.sim.link import over_internet
from backend.sim.netfilter.protocols import TCP
from backend.sim.network import CompiledNetwork, key_of
from backend.sim.packet import Packet, address_of
from backend.sim.place import Start, begin
from backend.sim.probe import answering, data, echoing
from backend.sim.walk import walk
from backend.sim.way import Way
from backend.sim.words import ends

ARRIVED = frozenset((Verdict.ACCEPTED,))
THERE = ARRIVED | {Verdict.EXITS_NETWORK}
"""The packet has come as far as is known."""


class Course(Struct, frozen=True, eq=False):
    """One way of the whole conversation: there, back, there, back."""

    legs: tuple[Way, ...]
    is_own: bool = True
    """The answer comes from where the question went to."""
    is_outside: bool = False
    """The question came from beyond the known network, and there its answer goes."""

    @property
    def last(self) -> Way:
        return self.legs[-1]

    @property
    def is_stopped(self) -> bool:
        through = THERE if len(self.legs) % 2 or self.is_outside else ARRIVED
        return self.last.branch.verdict not in through

    @property
    def is_return(self) -> bool:
        return len(self.legs) % 2 == 0 and (self.is_stopped or not self.is_own)

    @property
    def verdict(self) -> Verdict:
        if self.is_stopped:
            return self.last.branch.verdict
        return self.legs[0].branch.verdict if self.is_own else Verdict.UNREACHABLE

    @property
    def forward(self) -> Way:
        """The one that was stopped, or the first."""
        return self.last if self.is_stopped and len(self.legs) % 2 else self.legs[0]

    @property
    def back(self) -> Way | None:
        if len(self.legs) < 2:
            return None
        return self.last if len(self.legs) % 2 == 0 else self.legs[1]

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for leg in self.legs for text in leg.branch.conditions))

    @property
    def share(self) -> float:
        share = 1.0
        for leg in self.legs[:2]:  # what follows goes the same ways
            share *= leg.branch.share
        return share


class Conversation(Struct, frozen=True, eq=False):
    network: CompiledNetwork
    source: Address
    packet: Packet
    """As the source sends it."""
    gateway: str | None = None
    is_open: bool = False
    """As if no rule stopped anything."""
    is_explained: bool = False
    """Steps say which rules were asked in vain."""

    def courses(self) -> list[Course]:
        start = begin(self.network, self.source, self.packet, self.gateway)
        return [course for there in self._walk(self.packet, start) for course in self._answered(start, there)]

    def _walk(self, packet: Packet, start: Start, before: Way | None = None) -> list[Way]:
        """After another packet, of which the routers know its connection and who sent it."""
        connections, learnt = (before.connections, before.learnt) if before is not None else (None, ())
        options = {"is_open": self.is_open, "is_explained": self.is_explained}
        return walk(self.network, packet, start, connections, learnt=learnt, **options)

    def _answered(self, start: Start, there: Way) -> Iterator[Course]:
        reply = answering(there.packet, self.packet.tos)
        begins = self._answer_begins(there, reply) if there.branch.verdict in THERE else None
        if begins is None:
            yield Course((there,))
            return
        for back in self._walk(reply, begins, there):
            is_own = back.branch.verdict is not Verdict.ACCEPTED or self._is_own(back.packet)
            course = Course((there, back), is_own, self._is_outside())
            if self.packet.protocol == TCP and is_own and not course.is_stopped:
                yield from self._followed(start, course, begins)
            else:
                yield course

    def _followed(self, start: Start, opened: Course, begins: Start) -> Iterator[Course]:
        """On a connection that stands; an equal-cost way is the same for all of its packets."""
        there, back = opened.legs
        sent = data(self.packet)
        first = _ends(there.packet)
        for way in _alike(there, self._walk(sent, start, back)):
            if _ends(way.packet) != first and way.branch.verdict in THERE:
                way = _astray(way, there)
            if way.branch.verdict not in THERE:
                yield Course((*opened.legs, way), True, opened.is_outside)
                continue
            echo = echoing(way.packet, self.packet.tos)
            for last in _alike(back, self._walk(echo, begins, way)):
                if last.branch.verdict is Verdict.ACCEPTED and not self._is_own(last.packet):
                    last = _astray(last, back)
                yield Course((*opened.legs, way, last), True, opened.is_outside)

    def _answer_begins(self, there: Way, reply: Packet) -> Start | None:
        """None: nobody is known who could answer."""
        if there.end:
            return Start(at=Attachment(there.end, ""))
        source = address_of(reply.family, reply.source)
        if there.branch.verdict is Verdict.ACCEPTED:
            return begin(self.network, source, reply, None)
        last = there.branch.hops[-1]
        left = Attachment(last.name, last.outgoing or "")
        if left not in self.network.outside:
            return Start(at=left)
        is_elsewhere = key_of(source) in self.network.owners or self.network.homes(reply.family, reply.source)
        crossing = None if is_elsewhere else over_internet(self.network, reply, str(source), None)
        return Start(at=crossing.to) if crossing is not None and crossing.to is not None else None

    def _is_outside(self) -> bool:
        family, source = self.packet.family, self.packet.source
        return key_of(self.source) not in self.network.owners and not self.network.homes(family, source)

    def _is_own(self, came: Packet) -> bool:
        asked = self.packet
        ends = (came.source, came.destination, came.source_port, came.destination_port)
        return ends == (asked.destination, asked.source, asked.destination_port, asked.source_port)


def _ends(packet: Packet) -> tuple[object, ...]:
    return packet.source, packet.source_port, packet.destination, packet.destination_port


def _astray(way: Way, there: Way) -> Way:
    """Rules treat what follows otherwise than what has opened the connection."""
    reason = f"the connection stands, but what is sent on it becomes {ends(way.packet)}, and not {ends(there.packet)}"
    branch = structs.replace(way.branch, verdict=Verdict.UNREACHABLE, reason=reason)
    return structs.replace(way, branch=branch)


def _alike(first: Way, ways: Iterable[Way]) -> list[Way]:
    """Those that lead where the first one led, as far as they go."""
    found = list(ways)
    path = _path(first)
    alike = [way for way in found if _path(way) == path[: len(way.branch.hops)]]
    return alike or found


def _path(way: Way) -> list[tuple[str, str | None]]:
    return [(hop.name, hop.incoming) for hop in way.branch.hops]
