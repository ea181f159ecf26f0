"""What conntrack makes of a packet that comes to a router: nf_conntrack_in in net/netfilter/nf_conntrack_core.c."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from backend.model.flow import PORT_PROTOCOLS
from backend.sim.netfilter.connection import Connection, State, Template, Tuple
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.protocols import ICMP, ICMPV6, TCP, UDPLITE
from backend.sim.netfilter.tcp import ACK, FIN, INVALID, NEW, RST, SYN, following
from backend.sim.packet import Packet

PSH, URG, ECE, CWR = 8, 32, 64, 128
VALID_FLAGS = frozenset((
    SYN, SYN | URG, SYN | ACK, RST, RST | ACK, FIN | ACK, FIN | ACK | URG, ACK, ACK | URG,
))  # fmt: skip
"""tcp_valid_flags of nf_conntrack_proto_tcp.c; ECE, CWR and PSH do not count."""
QUESTIONS: Mapping[int, Mapping[int, int]] = {ICMP: {8: 0, 13: 14, 15: 16, 17: 18}, ICMPV6: {128: 129, 139: 140}}
"""Kinds of ICMP that begin a connection, and their answers (nf_conntrack_proto_icmp.c, nf_conntrack_proto_icmpv6.c)."""
OTHER_KINDS = {
    protocol: dict(kinds) | {answer: question for question, answer in kinds.items()}
    for protocol, kinds in QUESTIONS.items()
}
ERRORS: Mapping[int, frozenset[int]] = {ICMP: frozenset((3, 4, 5, 11, 12)), ICMPV6: frozenset(range(128))}
UNTRACKED_KINDS = frozenset((130, 131, 132, 133, 134, 135, 136, 143))
"""Of ICMPv6: what finds neighbours, routers and listeners (noct_valid_new)."""


def track(meeting: Meeting, known: Iterable[Connection]) -> None:
    """Sets connection, state and direction, unless a rule has said that the packet is not tracked."""
    if meeting.state is State.UNTRACKED or meeting.connection is not None:
        return  # the second: it comes over lo, and was tracked when it was sent
    meeting.state = State.INVALID
    packet = meeting.packet
    protocol = packet.protocol or 0
    kind = packet.content.icmp[0] if packet.content.icmp is not None else None
    if packet.protocol == ICMPV6 and kind in UNTRACKED_KINDS:
        meeting.state = State.UNTRACKED
        return
    if kind in ERRORS.get(protocol, ()):
        _about(meeting, known)
        return
    if packet.protocol == UDPLITE:
        return  # its checksum is compared with that of UDP, and so is always wrong (udplite_error)
    flags = packet.content.flags
    if packet.protocol == TCP and flags is not None and flags & ~(ECE | CWR | PSH) not in VALID_FLAGS:
        return
    asked = tuple_of(packet)
    zone = meeting.template.zone if meeting.template is not None else 0
    for connection in known:
        if connection.zone == zone and asked in (connection.original, connection.reply):
            _known(meeting, connection, is_reply=asked != connection.original)
            return
    state = _next(NEW, packet, is_reply=False)
    if state != INVALID and _may_begin(packet):
        template = meeting.template or Template()
        meeting.connection = Connection(asked, asked.turned, tcp=state, zone=template.zone, helper=template.helper)
        meeting.state = State.NEW


def tuple_of(packet: Packet) -> Tuple:
    protocol = packet.protocol or 0
    if protocol in PORT_PROTOCOLS:
        source, destination = packet.source_port, packet.destination_port
    else:
        source, destination = _kinds(packet)
    return Tuple(protocol, packet.source, source, packet.destination, destination)


def _kinds(packet: Packet) -> tuple[int, int]:
    """Of ICMP its kind and that of the other direction, with the identifier of an echo."""
    if packet.content.icmp is None:
        return 0, 0
    kind, number = packet.content.icmp[0], packet.content.echo or 0
    other = OTHER_KINDS.get(packet.protocol or 0, {}).get(kind, kind)
    return kind << 16 | number, other << 16 | number


def _known(meeting: Meeting, connection: Connection, is_reply: bool) -> None:
    state = _next(connection.tcp, meeting.packet, is_reply)
    if state == INVALID:
        return
    is_answered = is_reply or connection.is_answered
    if not connection.is_confirmed or connection.is_answered is not is_answered or connection.tcp != state:
        connection = structs.replace(connection, is_answered=is_answered, is_confirmed=True, tcp=state)
    meeting.connection = connection
    meeting.is_reply = is_reply
    meeting.state = State.ESTABLISHED if connection.is_answered else State.NEW


def _about(meeting: Meeting, known: Iterable[Connection]) -> None:
    """An ICMP error belongs to the connection of the packet that it quotes (nf_conntrack_inet_error)."""
    quoted = meeting.packet.content.quoted
    if quoted is None:
        return
    asked = tuple_of(quoted).turned
    zone = meeting.template.zone if meeting.template is not None else 0
    for connection in known:
        if connection.zone == zone and asked in (connection.original, connection.reply):
            is_reply = asked == connection.reply
            direction = connection.reply if is_reply else connection.original
            if meeting.packet.destination == direction.destination:
                meeting.connection, meeting.is_reply, meeting.state = connection, is_reply, State.RELATED
            return


def _next(state: str, packet: Packet, is_reply: bool) -> str:
    flags = packet.content.flags
    return following(state, flags, is_reply) if packet.protocol == TCP and flags is not None else state


def _may_begin(packet: Packet) -> bool:
    """Whether it is the first packet of a connection; one of TCP may be picked up in the middle
    (nf_conntrack_tcp_loose, which is on unless somebody turns it off)."""
    if packet.content.icmp is not None:
        return packet.content.icmp[0] in QUESTIONS.get(packet.protocol or 0, ())
    return True
