from typing import Any

import pytest
from msgspec import structs

from backend.sim.netfilter.connection import Connection, State, Template
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.tracking import track, tuple_of
from backend.sim.packet import Content, Packet
from tests.sim.netfilter.match.asking import meeting

ASK = "tcp 10.0.0.1:4000 10.0.9.9:80"
REPLY = "tcp 10.0.9.9:80 10.0.0.1:4000"
SYN, SYN_ACK, ACK = "flags=0x02", "flags=0x12", "flags=0x10"


def tracked(met: str, *known: Connection, **given: Any) -> Meeting:
    found = meeting(met, **given)
    track(found, known)
    return found


def opened(met: str = f"{ASK} {SYN}", **given: Any) -> Connection:
    connection = tracked(met, **given).connection
    assert connection is not None
    return connection


def test_the_first_packet_is_new_and_opens_a_connection_both_ways() -> None:
    met = tracked(f"{ASK} {SYN}")
    assert met.state is State.NEW
    assert met.connection is not None
    assert met.connection.original == tuple_of(meeting(ASK).packet)
    assert met.connection.reply == tuple_of(meeting(REPLY).packet)


def test_the_answer_is_established_and_so_is_what_follows_it() -> None:
    connection = opened()
    again = tracked(f"{ASK} {SYN}", connection)
    assert (again.state, again.is_reply) == (State.NEW, False)
    answer = tracked(f"{REPLY} {SYN_ACK}", connection)
    assert (answer.state, answer.is_reply) == (State.ESTABLISHED, True)
    assert answer.connection is not None
    following = tracked(f"{ASK} {ACK}", answer.connection)
    assert (following.state, following.is_reply) == (State.ESTABLISHED, False)


@pytest.mark.parametrize("other", ["tcp 10.0.0.1:4001 10.0.9.9:80", "udp 10.0.0.1:4000 10.0.9.9:80"])
def test_a_connection_is_known_by_both_ends_and_the_protocol(other: str) -> None:
    assert tracked(other, structs.replace(opened(), is_answered=True)).state is State.NEW


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("0x02", State.NEW),  # SYN
        ("0x22", State.NEW),  # SYN URG
        ("0xc2", State.NEW),  # SYN ECE CWR
        ("0x0a", State.NEW),  # SYN PSH
        ("0x10", State.NEW),  # ACK: a connection picked up in the middle
        ("0x18", State.NEW),  # ACK PSH
        ("0x12", State.INVALID),  # SYN ACK
        ("0x11", State.INVALID),  # FIN ACK
        ("0x04", State.INVALID),  # RST
        ("0x14", State.INVALID),  # RST ACK
        ("0x00", State.INVALID),
        ("0x01", State.INVALID),  # FIN
        ("0x03", State.INVALID),  # SYN FIN
        ("0x06", State.INVALID),  # SYN RST
        ("0x29", State.INVALID),  # FIN PSH URG
        ("0xff", State.INVALID),
    ],
)
def test_tcp_begins_with_a_syn_or_in_the_middle(flags: str, expected: State) -> None:
    assert tracked(f"{ASK} flags={flags}").state is expected


@pytest.mark.parametrize("flags", ["0x00", "0x03", "0x29"])
def test_flags_that_cannot_be_are_invalid_on_a_known_connection_too(flags: str) -> None:
    assert tracked(f"{ASK} flags={flags}", structs.replace(opened(), is_answered=True)).state is State.INVALID


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ("icmp 10.0.0.1 10.0.9.9 icmp=8/0", State.NEW),
        ("icmp 10.0.0.1 10.0.9.9 icmp=13/0", State.NEW),
        ("icmp 10.0.0.1 10.0.9.9 icmp=0/0", State.INVALID),
        ("icmp 10.0.0.1 10.0.9.9 icmp=3/1", State.INVALID),
        ("icmp 10.0.0.1 10.0.9.9 icmp=9/0", State.INVALID),
        ("icmpv6 [2001:db8::1] [2001:db8::2] icmp=128/0", State.NEW),
        ("icmpv6 [2001:db8::1] [2001:db8::2] icmp=129/0", State.INVALID),
        ("icmpv6 [2001:db8::1] [2001:db8::2] icmp=1/0", State.INVALID),
        ("icmpv6 [fe80::1] [ff02::1] icmp=133/0", State.UNTRACKED),
        ("icmpv6 [fe80::1] [ff02::1] icmp=135/0", State.UNTRACKED),
        ("icmpv6 [fe80::1] [fe80::2] icmp=136/0", State.UNTRACKED),
        ("icmpv6 [fe80::1] [ff02::16] icmp=143/0", State.UNTRACKED),
        ("icmpv6 [fe80::1] [fe80::2] icmp=137/0", State.INVALID),
        ("47 10.0.0.1 10.0.9.9", State.NEW),
        ("sctp 10.0.0.1:1 10.0.9.9:2", State.NEW),
        ("udplite 10.0.0.1:1 10.0.9.9:2", State.INVALID),
    ],
)
def test_what_begins_a_connection_besides_tcp(met: str, expected: State) -> None:
    assert tracked(met).state is expected


@pytest.mark.parametrize(
    ("question", "answer", "is_known"),
    [
        ("icmp 10.0.0.1 10.0.9.9 icmp=8/0 echo=7", "icmp 10.0.9.9 10.0.0.1 icmp=0/0 echo=7", True),
        ("icmp 10.0.0.1 10.0.9.9 icmp=8/0 echo=7", "icmp 10.0.9.9 10.0.0.1 icmp=0/0 echo=8", False),
        ("icmp 10.0.0.1 10.0.9.9 icmp=8/0 echo=7", "icmp 10.0.9.9 10.0.0.1 icmp=14/0 echo=7", False),
        ("icmpv6 [2001:db8::1] [2001:db8::2] icmp=128/0", "icmpv6 [2001:db8::2] [2001:db8::1] icmp=129/0", True),
    ],
)
def test_an_echo_is_answered_by_one_of_the_same_number(question: str, answer: str, is_known: bool) -> None:
    assert tracked(answer, opened(question)).state is (State.ESTABLISHED if is_known else State.INVALID)


def error(source: str, to: str, about: Packet, kind: str = "icmp=3/1") -> Meeting:
    protocol = "icmp" if about.family == 4 else "icmpv6"
    met = meeting(f"{protocol} {source} {to} {kind}")
    met.packet = structs.replace(met.packet, content=structs.replace(met.packet.content, quoted=about))
    return met


@pytest.mark.parametrize(
    ("source", "to", "about", "expected", "is_reply"),
    [
        ("10.0.5.5", "10.0.0.1", ASK, State.RELATED, True),
        ("10.0.9.9", "10.0.0.1", ASK, State.RELATED, True),
        ("10.0.5.5", "10.0.9.9", REPLY, State.RELATED, False),
        ("10.0.5.5", "10.0.0.2", ASK, State.INVALID, False),
        ("10.0.5.5", "10.0.0.1", "tcp 10.0.0.1:4001 10.0.9.9:80", State.INVALID, False),
    ],
)
def test_an_error_is_related_to_the_connection_that_it_is_about(
    source: str, to: str, about: str, expected: State, is_reply: bool
) -> None:
    met = error(source, to, meeting(about).packet)
    track(met, (opened(),))
    assert (met.state, met.is_reply) == (expected, is_reply)


def test_an_error_about_nothing_that_it_says_is_invalid() -> None:
    assert tracked("icmp 10.0.5.5 10.0.0.1 icmp=3/1", opened()).state is State.INVALID


def test_zones_know_nothing_of_each_other() -> None:
    connection = opened(template=Template(zone=5))
    assert connection.zone == 5
    assert tracked(f"{REPLY} {ACK}", connection).state is State.NEW
    assert tracked(f"{REPLY} {ACK}", connection, template=Template(zone=5)).state is State.ESTABLISHED
    elsewhere = error("10.0.5.5", "10.0.0.1", meeting(ASK).packet)
    track(elsewhere, (connection,))
    assert elsewhere.state is State.INVALID


def test_a_helper_is_that_of_the_template() -> None:
    assert opened(template=Template(helper="ftp")).helper == "ftp"


def test_what_is_untracked_or_was_tracked_when_it_was_sent_stays_so() -> None:
    untracked = tracked(f"{ASK} {SYN} state=UNTRACKED", opened())
    assert (untracked.state, untracked.connection) == (State.UNTRACKED, None)
    sent = tracked(f"{ASK} {SYN}")
    track(sent, (structs.replace(opened(), is_answered=True),))
    assert sent.state is State.NEW


def test_what_the_flow_does_not_say_is_no_obstacle() -> None:
    bare = meeting(ASK)
    bare.packet = structs.replace(bare.packet, content=Content())
    track(bare, ())
    assert bare.state is State.NEW
