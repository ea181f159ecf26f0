from ipaddress import ip_address

import pytest

from backend.lab.probe import token
from backend.lab.probe.token import Token, Way, recognised
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import ICMP, parse

A, B = ip_address("10.1.0.50"), ip_address("10.2.0.50")
A6, B6 = ip_address("2001:db8:1::50"), ip_address("2001:db8:2::50")
THERE, BACK = Header(A, B, ttl=61), Header(B, A)
THERE6, BACK6 = Header(A6, B6), Header(B6, A6)
NUMBERS = (0, 1, 999, token.MOST)


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
