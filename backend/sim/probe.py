"""The packets of a test as a Linux machine sends them: the one that opens, and the one that answers it."""

from msgspec import structs

from backend.model.address import Address
from backend.model.flow import PROTOCOLS, Service
from backend.sim.netfilter.protocols import ICMP, ICMPV6, TCP, UDP
from backend.sim.packet import ECHO, SYN, Content, Packet

FIRST_PORT = 40000
"""From which the first service is asked, where nobody says another."""
SYN_ACK, PSH_ACK = 0x12, 0x18
IP_HEADER = {4: 20, 6: 40}
DATA = 12
"""Bytes in the datagrams and echoes of a test."""
TRANSPORT = {TCP: 40, UDP: 8 + DATA, ICMP: 8 + DATA, ICMPV6: 8 + DATA}
"""Bytes behind the IP header; TCP opens with 20 bytes of options."""
FOLLOWING = 32 + DATA
"""Of a packet on a connection, with time stamps as its only option."""
ETHERNET = 1500
ANSWERS = {ICMP: (0, 0), ICMPV6: (129, 0)}


def opening(
    source: Address, destination: Address, service: Service, source_port: int, tos: int = 0, ttl: int = 64
) -> Packet:
    family = 4 if destination.version == 4 else 6
    protocol = ICMPV6 if service.protocol == "icmp" and family == 6 else PROTOCOLS[service.protocol]
    has_ports = protocol not in ECHO
    return Packet(
        family=4 if family == 4 else 6,
        source=int(source),
        destination=int(destination),
        protocol=protocol,
        source_port=source_port if has_ports else None,
        destination_port=service.port if has_ports else None,
        mark=0,
        tos=tos,
        ttl=ttl,
        content=Content(
            flags=SYN if protocol == TCP else None,
            icmp=ECHO.get(protocol),
            echo=None if has_ports else source_port,
            length=IP_HEADER[family] + TRANSPORT[protocol],
            mss=ETHERNET - IP_HEADER[family] - 20 if protocol == TCP else None,
        ),
    )


def answering(packet: Packet, tos: int = 0, ttl: int = 64) -> Packet:
    """What the machine that got it sends back."""
    protocol = packet.protocol or 0
    content = structs.replace(
        packet.content,
        flags=SYN_ACK if protocol == TCP else None,
        icmp=ANSWERS.get(protocol),
        mss=ETHERNET - IP_HEADER[packet.family] - 20 if protocol == TCP else None,
    )
    return structs.replace(
        packet,
        source=packet.destination,
        source_port=packet.destination_port,
        destination=packet.source,
        destination_port=packet.source_port,
        mark=0,
        tos=tos,
        ttl=ttl,
        content=content,
    )


def data(packet: Packet) -> Packet:
    """What the machine that has opened a connection sends on it."""
    return structs.replace(packet, content=_following(packet))


def echoing(packet: Packet, tos: int = 0, ttl: int = 64) -> Packet:
    """What the other machine sends back then."""
    return structs.replace(answering(packet, tos, ttl), content=_following(packet))


def _following(packet: Packet) -> Content:
    return Content(flags=PSH_ACK, length=IP_HEADER[packet.family] + FOLLOWING, mss=0)
