"""The packets of a probe as bytes, where no socket sends them. Pure."""

from backend.lab.probe import token
from backend.lab.probe.ask import Ask
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import parse
from backend.model.address import Address

REPLY_TTL = 64
SERVER_SEQUENCE = 1


def probe_packet(ask: Ask, source: Address, destination: Address) -> bytes:
    """The first one."""
    header = Header(source, destination, ask.ttl, ask.tos)
    match ask.service.protocol:
        case "tcp":
            return craft.syn(header, ask.source_port, ask.service.port, token.sequence(ask.number))
        case "udp":
            return craft.udp(header, ask.source_port, ask.service.port, token.payload(ask.number))
        case _:
            return craft.echo(header, ask.source_port, 1, token.payload(ask.number))


def answer_packet(data: bytes) -> bytes:
    """What the one sends back who gets this packet."""
    packet = parse(data)
    assert packet is not None
    header = Header(packet.destination, packet.source, REPLY_TTL)
    ports = (packet.destination_port, packet.source_port)
    if packet.flags:
        return craft.syn_ack(header, ports, SERVER_SEQUENCE, packet.seq + 1)
    if packet.icmp_type >= 0:
        return craft.echo(header, packet.echo_id, packet.echo_seq, data[packet.payload :], is_reply=True)
    return craft.udp(header, *ports, token.answered(data[packet.payload :]))
