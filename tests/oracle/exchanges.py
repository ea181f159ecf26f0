"""Packets that belong together: the first, and what follows it in either direction. Pure."""

import struct
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from backend.lab.watch import craft, packet
from backend.lab.watch.craft import Header, with_checksums
from backend.lab.watch.packet import ACK, ICMP, ICMPV6, SYN, TCP, UDP, parse
from backend.model.verdict import Verdict
from tests.oracle.fates import Met, Sent

QUOTED = 96
DCCP, SCTP = 33, 132
TAKEN_IN = (Verdict.ACCEPTED, Verdict.UNREACHABLE)
"""Where the packet goes nowhere else, the router itself may have answered it, or refused it."""
ECHOES = {ICMP: (8, 0), ICMPV6: (128, 129)}


class Step(StrEnum):
    """Of what follows the first packet."""

    AGAIN = "again"
    """Once more in its direction; of TCP what comes next there."""
    REPLY = "reply"
    ERROR = "error"
    """An ICMP error about the first packet, from its receiver."""
    REPORT = "report"
    """One about the last reply, from who sent the first packet."""


class Exchange(Struct, frozen=True):
    first: Sent
    then: tuple[Step, ...] = ()


Key = tuple[int, int, int]
"""Protocol, source port, destination port."""


def following(exchange: Exchange, met: Sequence[Met], left: Sequence[bytes]) -> Sent | None:
    """The next packet of an exchange; `met` and `left` are of those that were sent. None where there is none: a packet
    that has not left is not answered."""
    if len(met) > len(exchange.then):
        return None
    step = exchange.then[len(met) - 1]
    replies = [at for at in range(1, len(met)) if exchange.then[at - 1] is Step.REPLY]
    if any(each.fate.verdict in TAKEN_IN and not each.fate.oif for each in met):
        return None
    if step is Step.AGAIN:
        return Sent(exchange.first.iif, _again(exchange.first.data, bool(replies) and bool(left[replies[-1]])))
    if step is Step.REPORT:
        about = replies[-1] if replies else 0
        return _about(met[about], left[about]) if replies else None
    if not left[0]:
        return None
    return _answer(met[0], left[0]) if step is Step.REPLY else _about(met[0], left[0])


def _again(data: bytes, is_answered: bool) -> bytes:
    known = parse(data)
    if known is None or known.protocol != TCP or known.flags & (SYN | ACK) != SYN or not is_answered:
        return data
    at = known.transport
    changed = struct.pack(">II", known.seq + 1, _answering(known.seq) + 1)
    return with_checksums(data[: at + 4] + changed + data[at + 12 : at + 13] + bytes([ACK]) + data[at + 14 :])


def _answering(seq: int) -> int:
    """The sequence number with which one is answered."""
    return seq ^ 0x55555555


def _answer(met: Met, data: bytes) -> Sent | None:
    known = parse(data)
    if known is None:
        return None
    header = Header(known.destination, known.source, 60, known.tos)
    ports = known.destination_port, known.source_port
    if known.protocol == TCP:
        if known.flags & (SYN | ACK) == SYN:
            return Sent(met.fate.oif, craft.syn_ack(header, ports, _answering(known.seq), known.seq + 1))
        made = tcp(header, ports, (known.ack, known.seq + 1), ACK)
    elif known.protocol == UDP:
        made = craft.udp(header, *ports, b"answer")
    elif known.protocol in ECHOES and known.icmp_type == ECHOES[known.protocol][0]:
        made = craft.echo(header, known.echo_id, known.echo_seq, data[known.payload :], is_reply=True)
    elif known.protocol in ECHOES:
        return None
    elif known.protocol == SCTP:
        return None  # it would need the numbers of a handshake
    else:
        body = data[known.transport :]
        made = craft.ip(header, known.protocol, body[2:4] + body[:2] + body[4:] if known.protocol == DCCP else body)
    return Sent(met.fate.oif, made)


def tcp(header: Header, ports: tuple[int, int], numbers: tuple[int, int], flags: int, options: bytes = b"") -> bytes:
    """As a whole: what a host sends has a window."""
    size = packet.TCP_SIZE + len(options)
    body = struct.pack(">HHIIBBHxxxx", *ports, *(n & 0xFFFFFFFF for n in numbers), size << 2, flags, craft.WINDOW)
    return craft.ip(header, TCP, body + options)


def _about(met: Met, data: bytes) -> Sent | None:
    """Port unreachable."""
    known = parse(data)
    if known is None or not met.fate.oif:
        return None
    quote = with_checksums(data)[:QUOTED]
    header = Header(known.destination, known.source, 60)
    protocol, kind, code = (ICMP, 3, 3) if known.family == 4 else (ICMPV6, 1, 4)
    return Sent(met.fate.oif, craft.ip(header, protocol, struct.pack(">BBxx4x", kind, code) + quote))


def key_of(data: bytes) -> Key:
    known = parse(data)
    assert known is not None
    return known.protocol, craft.source_port(known), known.destination_port


def groups(exchanges: Iterable[Exchange], size: int) -> Iterator[list[int]]:
    """Places of exchanges that may be tried together, since their connections cannot meet: no port is that of two
    senders, nor that of a sender and a receiver; of protocols without ports there is one."""
    keys = [key_of(each.first.data) for each in exchanges]
    waiting = list(range(len(keys)))
    while waiting:
        group: list[int] = []
        later: list[int] = []
        sources: set[tuple[int, int]] = set()
        targets: set[tuple[int, int]] = set()
        for at in waiting:
            protocol, source, target = keys[at]
            is_apart = not {(protocol, source)} & (sources | targets) and (protocol, target) not in sources
            if len(group) == size or not is_apart:
                later.append(at)
                continue
            group.append(at)
            sources.add((protocol, source))
            targets.add((protocol, target))
        yield group
        waiting = later
