"""Bytes of a packet as the simulator has them."""

from backend.lab.watch import packet as wire
from backend.lab.watch.packet import TCP, parse
from backend.model.address import family_of
from backend.sim.packet import Content, Packet

PORTED = frozenset((TCP, wire.UDP, 33, 132, 136))
AH, ESP = 51, 50
SPI_AT = {AH: 4, ESP: 0}
KINDS_WITH_ID = {wire.ICMP: (0, 8, 13, 14, 15, 16, 17, 18), wire.ICMPV6: (128, 129)}
MSS = 2


def simulated(data: bytes) -> Packet:
    known = parse(data)
    assert known is not None
    return _packet(known, data, 0)


def _packet(known: wire.Packet, data: bytes, begin: int) -> Packet:
    protocol, at = _protocol(known, data, begin)
    ports: tuple[int | None, int | None] = (None, None)
    if protocol in PORTED and not known.fragment:
        ports = int.from_bytes(data[at : at + 2]), int.from_bytes(data[at + 2 : at + 4])
    return Packet(
        family=family_of(known.source),
        source=int(known.source),
        destination=int(known.destination),
        protocol=protocol,
        source_port=ports[0],
        destination_port=ports[1],
        mark=0,
        tos=known.tos,
        ttl=known.ttl,
        content=_content(known, data, (begin, at, protocol)),
    )


def _protocol(known: wire.Packet, data: bytes, begin: int) -> tuple[int, int]:
    """Of AH itself, behind which IPv6 would look for more."""
    if known.family == 6 and data[begin + 6] == AH:
        return AH, begin + 40
    return known.protocol, known.transport


def _content(known: wire.Packet, data: bytes, place: tuple[int, int, int]) -> Content:
    begin, at, protocol = place
    is_icmp = known.icmp_type >= 0
    has_id = is_icmp and known.icmp_type in KINDS_WITH_ID[protocol]
    spi_at = at + SPI_AT[protocol] if protocol in SPI_AT else None
    return Content(
        flags=data[at + 13] if protocol == TCP and len(data) > at + 13 else None,
        icmp=(known.icmp_type, known.icmp_code) if is_icmp else None,
        echo=int.from_bytes(data[at + 4 : at + 6]) if has_id else None,
        length=_length(known, data, begin),
        mss=_mss(data[at + 20 : known.payload]) if protocol == TCP and len(data) >= at + 20 else None,
        spi=int.from_bytes(data[spi_at : spi_at + 4]) if spi_at is not None else None,
        quoted=_packet(known.quoted, data, at + wire.ICMP_SIZE) if known.quoted is not None else None,
    )


def _length(known: wire.Packet, data: bytes, begin: int) -> int:
    if known.family == 4:
        return int.from_bytes(data[begin + 2 : begin + 4])
    return int.from_bytes(data[begin + 4 : begin + 6]) + 40


def _mss(options: bytes) -> int:
    at = 0
    while at + 1 < len(options) and options[at] != 0:
        if options[at] == MSS:
            return int.from_bytes(options[at + 2 : at + 4])
        at += 1 if options[at] == 1 else max(options[at + 1], 2)
    return 0
