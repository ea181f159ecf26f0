import errno
import os
import socket
from ipaddress import ip_address

import pytest

from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside, new_network
from backend.lab.kernel.rtnetlink import Veth
from backend.lab.probe import icmp
from backend.lab.probe.loop import Loop
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import ICMP, ICMPV6, Packet, parse
from backend.model.address import parse_prefix
from backend.model.route import NextHop, Route
from tests.lab.probe.way import ELSEWHERE, LEFT, R2, RIGHT, built
from tests.waiting import wait_for

A4, B4, A6, B6 = LEFT[4], RIGHT[4], LEFT[6], RIGHT[6]


def error(family: int, kind: int, code: int, about: bytes) -> Packet:
    header, protocol = (Header(B4, A4), ICMP) if family == 4 else (Header(B6, A6), ICMPV6)
    made = parse(craft.ip(header, protocol, bytes([kind, code, 0, 0, 0, 0, 0, 0]) + about))
    assert made is not None
    return made


def echo(family: int, is_reply: bool) -> bytes:
    return craft.echo(Header(A4, B4) if family == 4 else Header(A6, B6), 7, 3, b"x", is_reply)


@pytest.mark.parametrize(
    ("family", "kind", "code", "text"),
    [
        (4, 3, 0, "net unreachable"),
        (4, 3, 13, "administratively prohibited"),
        (4, 3, 99, "ICMP type 3 code 99"),
        (4, 11, 0, "time to live exceeded"),
        (6, 1, 0, "no route"),
        (6, 1, 4, "port unreachable"),
        (6, 3, 0, "hop limit exceeded"),
        (6, 2, 0, "packet too big"),
    ],
)
def test_an_error_in_words(family: int, kind: int, code: int, text: str) -> None:
    found = error(family, kind, code, echo(family, is_reply=False))
    assert icmp.words(found) == text
    assert icmp.is_time_exceeded(found) == ("exceeded" in text)


@pytest.mark.parametrize("family", [4, 6])
def test_what_answers_a_request_is_its_reply_or_an_error_about_it(family: int) -> None:
    reply, request = parse(echo(family, is_reply=True)), parse(echo(family, is_reply=False))
    assert reply is not None
    assert request is not None
    assert icmp.answered(reply) is reply
    assert icmp.words(reply) == "reply"
    assert icmp.answered(request) is None
    unreachable = 3 if family == 4 else 1
    about = icmp.answered(error(family, unreachable, 0, echo(family, is_reply=False)))
    assert about is not None
    assert (about.echo_id, about.echo_seq) == (7, 3)
    assert icmp.answered(error(family, unreachable, 0, echo(family, is_reply=True))) is None


def test_a_redirect_is_no_answer() -> None:
    assert icmp.answered(error(4, 5, 1, echo(4, is_reply=False))) is None


def test_a_request_has_its_checksum() -> None:
    for one, other in ((A4, B4), (A6, B6)):
        body = icmp.echo_body(one, other, 7, 3)
        whole = craft.ip(Header(one, other), ICMP if one.version == 4 else ICMPV6, body)
        assert craft.with_checksums(whole).endswith(body)


def test_the_option_is_that_of_the_family() -> None:
    assert icmp.hop_limit(LEFT[4]) == (socket.IPPROTO_IP, socket.IP_TTL)
    assert icmp.hop_limit(LEFT[6]) == (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (errno.ENETUNREACH, "not sent: Network is unreachable"),
        (errno.EACCES, "not sent: Permission denied (a prohibit route, or a broadcast address)"),
        (errno.EPERM, "not sent: Operation not permitted (a rule of its own)"),
    ],
)
def test_why_a_machine_does_not_send(code: int, text: str) -> None:
    assert icmp.not_sent(OSError(code, os.strerror(code))) == text


def test_two_who_ping_have_different_numbers() -> None:
    assert icmp.new_number() != icmp.new_number()


@pytest.mark.root
@pytest.mark.serial
def test_the_address_that_a_machine_would_send_from_is_its_own_choice() -> None:
    with built() as machines:
        for family in (4, 6):
            assert icmp.chosen_source(machines["a"], RIGHT[family]) == LEFT[family]
            assert icmp.chosen_source(machines["r2"], LEFT[family]) == R2[family]
        with pytest.raises(OSError, match="unreachable"):
            icmp.chosen_source(machines["r2"], ELSEWHERE[4])


@pytest.mark.root
@pytest.mark.serial
def test_a_machine_that_has_addresses_of_the_link_only_has_none_to_send_from() -> None:
    with new_network() as namespace:
        pass
    with inside(namespace):
        channel = Channel()
    channel.send([rtnetlink.make_cable(Veth("eth0", namespace, index=5), Veth("eth1", namespace, index=6))])
    channel.send([rtnetlink.set_link(index, rtnetlink.IFF_UP, rtnetlink.IFF_UP) for index in (5, 6)])
    route = Route(parse_prefix("2001:db8::/32"), next_hops=(NextHop("eth0"),))
    assert channel.send([rtnetlink.add_route(route, 254, {"eth0": 5})]) == []

    def refusal() -> str | None:
        try:
            return str(icmp.chosen_source(namespace, ip_address("2001:db8::9")))
        except OSError as error:
            return error.strerror

    wait_for(lambda: refusal() != "Cannot assign requested address", "the kernel to let the address be used")
    assert refusal() == "no address but those of the link"
    channel.close()
    os.close(namespace)


@pytest.mark.root
@pytest.mark.serial
def test_an_ear_hears_all_that_comes_with_its_hop_limit() -> None:
    with built() as machines:
        for family in (4, 6):
            loop, heard = Loop(), list[icmp.Heard]()
            ear = icmp.Ear(loop, machines["a"], LEFT[family], heard.append)
            ear.send(icmp.echo_body(LEFT[family], RIGHT[family], 9, 1), RIGHT[family])
            while not (replies := [each.packet for each in heard if icmp.answered(each.packet)]):
                assert loop.turn(10), "nothing came"
            assert (replies[0].ttl, replies[0].source, replies[0].echo_id) == (62, RIGHT[family], 9)
            with pytest.raises(OSError, match="Cannot assign"):
                icmp.Ear(
                    loop, machines["a"], ip_address("192.0.2.1" if family == 4 else "2001:db8:77::1"), heard.append
                )
            ear.close()
            assert loop.is_idle
            loop.close()
