import pytest

from backend.model.address import parse_address
from backend.model.flow import Service
from backend.sim.packet import Packet, show
from backend.sim.probe import answering, data, echoing, opening

CLIENT, SERVER = "10.1.0.50", "10.2.0.50"
CLIENT6, SERVER6 = "2001:db8:1::50", "2001:db8:2::50"


def asking(service: Service, source: str = CLIENT, destination: str = SERVER) -> Packet:
    return opening(parse_address(source), parse_address(destination), service, 40000, tos=16, ttl=9)


@pytest.mark.parametrize(
    ("service", "protocol", "ports", "flags", "icmp"),
    [
        (Service("tcp", 443), 6, (40000, 443), 2, None),
        (Service("udp", 53), 17, (40000, 53), None, None),
        (Service("icmp", 0), 1, (None, None), None, (8, 0)),
    ],
)
def test_a_service_is_asked_for_as_a_linux_machine_does(
    service: Service, protocol: int, ports: tuple[int, int], flags: int | None, icmp: tuple[int, int] | None
) -> None:
    packet = asking(service)
    assert (packet.protocol, (packet.source_port, packet.destination_port)) == (protocol, ports)
    assert (packet.content.flags, packet.content.icmp) == (flags, icmp)
    assert (packet.tos, packet.ttl, packet.mark) == (16, 9, 0)


def test_an_echo_of_ipv6_is_that_of_icmpv6() -> None:
    packet = asking(Service("icmp", 0), CLIENT6, SERVER6)
    assert (packet.protocol, packet.content.icmp, packet.content.echo) == (58, (128, 0), 40000)
    assert answering(packet).content.icmp == (129, 0)


@pytest.mark.parametrize(
    ("service", "lengths", "lengths6"),
    [
        (Service("tcp", 443), (60, 60, 64), (80, 80, 84)),
        (Service("udp", 53), (40, 40, None), (60, 60, None)),
        (Service("icmp", 0), (40, 40, None), (60, 60, None)),
    ],
)
def test_packets_are_as_long_as_those_of_the_lab(
    service: Service, lengths: tuple[int, int, int | None], lengths6: tuple[int, int, int | None]
) -> None:
    for packet, expected in ((asking(service), lengths), (asking(service, CLIENT6, SERVER6), lengths6)):
        following = data(packet).content.length if service.protocol == "tcp" else None
        assert (packet.content.length, answering(packet).content.length, following) == expected


@pytest.mark.parametrize(("source", "destination", "expected"), [(CLIENT, SERVER, 1460), (CLIENT6, SERVER6, 1440)])
def test_tcp_offers_the_segments_of_an_ethernet(source: str, destination: str, expected: int) -> None:
    packet = asking(Service("tcp", 443), source, destination)
    assert (packet.content.mss, answering(packet).content.mss, data(packet).content.mss) == (expected, expected, 0)


def test_the_answer_goes_back_from_where_the_question_came_to() -> None:
    reply = answering(asking(Service("tcp", 443)), tos=8)
    assert (show(4, reply.source), reply.source_port) == (SERVER, 443)
    assert (show(4, reply.destination), reply.destination_port) == (CLIENT, 40000)
    assert (reply.content.flags, reply.tos, reply.ttl) == (0x12, 8, 64)


def test_on_a_connection_follow_data_and_its_echo() -> None:
    asked = asking(Service("tcp", 443))
    assert (data(asked).content.flags, echoing(data(asked)).content.flags) == (0x18, 0x18)
    assert echoing(data(asked)).source == asked.destination
