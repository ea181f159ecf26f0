"""A packet on its way, with addresses as integers so that look-ups are cheap."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct, structs

from backend.model.address import Address, Family
from backend.model.flow import Flow


class Content(Struct, frozen=True):
    """What rules may look at besides addresses and ports; None is what the flow does not say."""

    flags: int | None = None
    """Of TCP: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128."""
    icmp: tuple[int, int] | None = None
    """Type and code, of ICMP and ICMPv6."""
    echo: int | None = None
    """The identifier of an ICMP echo."""
    length: int | None = None
    """Of the whole packet, from the IP header on."""
    mss: int | None = None
    """In the options of a TCP packet; 0: there is no such option."""
    spi: int | None = None
    """Of AH and ESP."""
    quoted: "Packet | None" = None
    """The packet that an ICMP error is about."""


UNSAID = Content()


class Packet(Struct, frozen=True):
    family: Family
    source: int
    destination: int
    protocol: int | None
    source_port: int | None
    destination_port: int | None
    mark: int
    tos: int
    ttl: int
    content: Content = UNSAID


SYN = 2
ECHO = {1: (8, 0), 58: (128, 0)}
"""Type and code of the question."""


def packet_of(flow: Flow) -> Packet:
    """The first of the flow: of TCP the one that asks for a connection, of ICMP an echo request."""
    content = UNSAID
    if flow.protocol == 6:
        content = Content(flags=SYN)
    elif flow.protocol in ECHO:
        content = Content(icmp=ECHO[flow.protocol], echo=0)
    return Packet(
        family=4 if flow.destination.version == 4 else 6,
        source=int(flow.source),
        destination=int(flow.destination),
        protocol=flow.protocol,
        source_port=flow.source_port,
        destination_port=flow.destination_port,
        mark=flow.mark,
        tos=flow.tos,
        ttl=flow.ttl,
        content=content,
    )


def with_destination(packet: Packet, destination: int) -> Packet:
    return structs.replace(packet, destination=destination)


def forwarded(packet: Packet) -> Packet:
    # Written out, since every hop does this and `replace` takes three times as long.
    return Packet(
        packet.family,
        packet.source,
        packet.destination,
        packet.protocol,
        packet.source_port,
        packet.destination_port,
        packet.mark,
        packet.tos,
        packet.ttl - 1,
        packet.content,
    )


@lru_cache(maxsize=4096)
def address_of(family: Family, number: int) -> Address:
    return IPv4Address(number) if family == 4 else IPv6Address(number)


@lru_cache(maxsize=4096)
def show(family: Family, address: int) -> str:
    return str(address_of(family, address))
