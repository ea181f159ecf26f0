"""The simulator tells the fates of packets in one router, in the words of the kernel's."""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from backend.model.network import Network
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.connection import Connection
from backend.sim.netfilter.traverse import Choices, Matched
from backend.sim.network import compile_network
from backend.sim.packet import Packet, address_of
from backend.sim.passing import Entry, Exit
from backend.sim.visit import visit
from tests.oracle.fates import Fate, Left, Sent
from tests.oracle.simulated_packets import simulated

Connections = tuple[Connection, ...]
MOST = 32
"""Ways on which doubts are taken, of one packet."""
SYN, RST, TCP = 2, 4, 6
WITH_PORTS = (6, 17)
ECHOES = ((8, 0), (0, 0), (128, 0), (129, 0))


class Outcome(Struct, frozen=True):
    fate: Fate
    known: Connections
    """What the router knows of connections by then."""
    is_sure: bool = True
    indifferent: frozenset[str] = frozenset()
    """Rules that may have matched too, and would have done nothing."""


class _Guided(Choices):
    """What is doubtful is as it is known to have been."""

    left: Counter[str] = field(default_factory=Counter)

    def choose(self, doubt: Doubt, matched: Matched) -> bool:
        super().choose(doubt, matched)
        name = _name(matched)
        self.left[name] -= 1
        return self.left[name] >= 0


class Simulator:
    """Of the only router of a network."""

    def __init__(self, network: Network) -> None:
        compiled = compile_network(network)
        (self._router,) = compiled.routers.values()
        self._firewalls = compiled.firewalls[self._router.name]

    def outcomes(self, sent: Sent, known: Connections, matched: Iterable[str]) -> Iterator[Outcome]:
        """As doubts may be taken: first so that rules match that are known to have `matched`."""
        guided = _Guided(left=Counter(matched))
        yield from self._outcomes(sent, known, guided)
        waiting: list[tuple[bool, ...]] = [()] if guided.met else []
        for _ in range(MOST):
            if not waiting:
                return
            said = waiting.pop(0)
            choices = Choices(said)
            yield from self._outcomes(sent, known, choices)
            for at in range(len(said), len(choices.met)):
                waiting.append((*said, *[False] * (at - len(said)), True))

    def _outcomes(self, sent: Sent, known: Connections, choices: Choices) -> Iterator[Outcome]:
        packet = simulated(sent.data)
        entry = Entry(self._router, self._firewalls[packet.family], packet, sent.iif, known)
        exits = visit(entry, choices)
        indifferent = frozenset(map(_name, choices.indifferent))
        for each in exits:
            yield Outcome(_fate(each), _known(each, known), not choices.met, indifferent)


def _known(each: Exit, known: Connections) -> Connections:
    """A connection is kept when its first packet has passed (nf_conntrack_confirm); a reset of one that nobody has
    answered ends it (nf_conntrack_tcp_packet)."""
    connection = each.connection
    if connection is None:
        return known
    others = tuple(other for other in known if _end(other) != _end(connection))
    if len(others) == len(known):
        return (*known, connection) if each.is_through else known
    before = next(other for other in known if _end(other) == _end(connection))
    is_reset = each.packet.protocol == TCP and bool((each.packet.content.flags or 0) & RST)
    return others if is_reset and not before.is_answered else (*others, connection)


def _end(connection: Connection) -> object:
    return connection.original, connection.zone


def _fate(each: Exit) -> Fate:
    decision = each.decision
    is_named = decision is not None and decision.table is not None
    where = f"{decision.number or 'policy'}" if decision is not None else ""
    return Fate(
        verdict=each.verdict,
        decided=f"{decision.table} {decision.chain} {where}" if decision is not None and is_named else "",
        matched=tuple(map(_name, each.matched)),
        oif=(each.hop.dev or "") if each.hop is not None and each.is_through else "",
        left=_left(each.packet) if each.hop is not None and each.is_through else None,
    )


def _name(matched: Matched) -> str:
    return f"{matched.table} {matched.chain} {matched.rule.number if matched.rule is not None else 'policy'}"


def _left(packet: Packet) -> Left:
    content = packet.content
    is_opening = content.flags is not None and content.flags & SYN
    source_port, destination_port = _ports(packet)
    return Left(
        source=address_of(packet.family, packet.source),
        source_port=source_port,
        destination=address_of(packet.family, packet.destination),
        destination_port=destination_port,
        tos=packet.tos,
        ttl=packet.ttl,
        mark=packet.mark,
        mss=content.mss or 0 if is_opening else 0,
    )


def _ports(packet: Packet) -> tuple[int | None, int | None]:
    if packet.protocol in WITH_PORTS:
        return packet.source_port, packet.destination_port
    content = packet.content
    return (content.echo or 0 if content.icmp in ECHOES else 0), 0
