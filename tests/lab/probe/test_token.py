import struct
from ipaddress import ip_address

import pytest

from backend.lab.probe import token
from backend.lab.probe.token import Token, Way, recognised
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import ACK, ICMP, PSH, RST, TCP, parse

A, B = ip_address("10.1.0.50"), ip_address("10.2.0.50")
A6, B6 = ip_address("2001:db8:1::50"), ip_address("2001:db8:2::50")
THERE, BACK = Header(A, B, ttl=61), Header(B, A)
THERE6, BACK6 = Header(A6, B6), Header(B6, A6)
NUMBERS = (0, 1, 999, token.MOST)


def segment(header: Header, seq: int, ack: int, flags: int, sent: bytes = b"") -> bytes:
    return craft.ip(header, TCP, struct.pack(">HHIIBBHxxxx", 1, 2, seq, ack, 5 << 4, flags, 1000) + sent)


def found(data: bytes) -> Token | None:
    packet = parse(data)
    return None if packet is None else recognised(packet, data)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(("there", "back"), [(THERE, BACK), (THERE6, BACK6)])
def test_a_probe_and_its_answer_are_known_again_whatever_their_addresses_and_ports(
    number: int, there: Header, back: Header
) -> None:
    asked, answer = token.payload(number), token.answered(token.payload(number))
    assert found(craft.syn(there, 1, 2, token.sequence(number))) == Token(number, Way.FORWARD)
    assert found(craft.syn_ack(back, (2, 1), 0xFFFFFFFF, token.sequence(number) + 1)) == Token(number, Way.ANSWER)
    assert found(craft.udp(there, 1, 2, asked)) == Token(number, Way.FORWARD)
    assert found(craft.udp(back, 2, 1, answer)) == Token(number, Way.ANSWER)
    assert found(craft.echo(there, 7, 1, asked)) == Token(number, Way.FORWARD)
    assert found(craft.echo(back, 7, 1, asked, is_reply=True)) == Token(number, Way.ANSWER)


def test_what_follows_on_a_connection_is_told_from_what_opened_it() -> None:
    asked, answer = token.payload(7), token.answered(token.payload(7))
    assert found(segment(THERE, token.sequence(7) + 1, 99, ACK | PSH, asked)) == Token(7, Way.DATA)
    assert found(segment(BACK, 99, token.sequence(7) + 17, ACK | PSH, answer)) == Token(7, Way.ECHO)
    assert found(segment(THERE, token.sequence(7) + 1, 99, ACK)) is None


def test_a_reset_is_an_answer_to_what_opens_a_connection_and_else_an_error() -> None:
    assert found(segment(BACK, 0, token.sequence(7) + 1, RST | ACK)) == Token(7, Way.ANSWER)
    assert found(segment(THERE, token.sequence(7) + 1, 0, RST)) == Token(7, Way.ERROR)


def test_an_error_about_a_probe_is_neither_probe_nor_answer() -> None:
    about = craft.syn(THERE, 1, 2, token.sequence(5))[:28]
    assert found(craft.ip(BACK, ICMP, bytes([3, 13, 0, 0, 0, 0, 0, 0]) + about)) == Token(5, Way.ERROR)


def test_a_packet_of_somebody_else_is_nobodys() -> None:
    assert found(craft.udp(THERE, 1, 2, b"hello")) is None
    assert found(craft.udp(THERE, 1, 2, token.payload(3)[:-1])) is None
    assert found(craft.syn(THERE, 1, 2, 17)) is None
    assert found(craft.echo(THERE, 1, 2)) is None


def test_what_is_not_ours_is_sent_back_as_it_is() -> None:
    assert token.answered(b"hello") == b"hello"
