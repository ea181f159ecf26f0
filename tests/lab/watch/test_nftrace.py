import struct
from ipaddress import IPv4Address, IPv6Address

import pytest

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import attribute, text
from backend.lab.watch import craft, nftrace
from backend.lab.watch.craft import Header
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.nftrace import Decoder, Positions

# What the kernel (6.18) says of an ICMPv6 echo: a jump from FORWARD with the headers, the end of that chain, a rule.
JUMP = bytes.fromhex(
    "e4000000110a000000000000000000000a00000008000f000000000a0800040000000003080006002dde73cc0c000200464f5257415244000b00"
    "010066696c74657200000c0003000000000000000004140005000800010"
    "0fffffffd060002005500000008000e000000000708000a000000000a06000b000001000008000c000000000b06000d00000100002c00080060"
    "079ab600403a3f20010db800010000000000000000000220010db80002000000000000000000021800090080004ff514930001d687016b000000"
    "0028bd000012000700ca78f809c97da25d26beca5086dd0000"
)
END = bytes.fromhex(
    "54000000110a000000000000000000000a00000008000f000000000a0800040000000003080006002dde73cc06000200550000000b0001006669"
    "6c74657200000c00050008000100ffffffff08000e0000000007"
)
DROP = bytes.fromhex(
    "64000000110a000000000000000000000a00000008000f000000000a0800040000000003080006002dde73cc0c000200464f5257415244000b00"
    "010066696c74657200000c00030000000000000000080c000500080001000000000108000e0000000007"
)
ECHO = bytes.fromhex(
    "60079ab600403a3f20010db800010000000000000000000220010db800020000000000000000000280004ff514930001d687016b00000000"
    "28bd0000"
)
POSITIONS: Positions = {(6, "filter", "FORWARD", 4): 2, (6, "filter", "FORWARD", 8): 5}


def message(chain: str, *more: bytes, number: bytes = b"\1\2\3\4", kind: int = 3, family: int = 2) -> bytes:
    head = bytes([family, 0, 0, 0]) + attribute(15, struct.pack(">I", family)) + attribute(4, struct.pack(">I", kind))
    body = head + attribute(6, number) + text(2, chain) + text(1, "filter") + b"".join(more)
    return netlink.HEADER.pack(16 + len(body), nftrace.TRACE, 0, 0, 0) + body


def headers(packet: bytes, network: int, iif: int = 0, oif: int = 0) -> bytes:
    devices = b"".join(attribute(kind, struct.pack(">I", index)) for kind, index in ((10, iif), (12, oif)) if index)
    transport = attribute(9, packet[network : network + 20])
    return devices + attribute(8, packet[: min(network, 40)]) + transport


def handle(value: int) -> bytes:
    return attribute(3, struct.pack(">Q", value))


def test_events_of_one_packet_at_one_hook() -> None:
    decoder = Decoder(POSITIONS)
    assert decoder.event(JUMP) == Event(6, "filter", "FORWARD", Kind.RULE, 2, ECHO, 7, 2, 10, 11)
    assert decoder.event(END) == Event(6, "filter", "U", Kind.RETURN, 0, ECHO, 7, 2, 10, 11)
    assert decoder.event(DROP) == Event(6, "filter", "FORWARD", Kind.RULE, 5, ECHO, 7, 2, 10, 11)


SYN = craft.syn(Header(IPv4Address("10.1.0.2"), IPv4Address("10.2.0.2")), 40000, 443, 77)
SIX = craft.udp(Header(IPv6Address("2001:db8::1"), IPv6Address("2001:db8::2")), 53, 54, b"token")


def test_a_policy_is_told_once() -> None:
    """Before it the kernel tells of the end of the chain, which may be what has the headers."""
    decoder = Decoder({})
    assert decoder.event(message("FORWARD", headers(SYN, 20, 3, 4))) is None
    found = decoder.event(message("FORWARD", attribute(16, struct.pack(">I", 1)), kind=1))
    assert found == Event(4, "filter", "FORWARD", Kind.POLICY, 0, SYN[:40], 0, 2, 3, 4)


def test_a_rule_that_says_return_is_a_rule() -> None:
    positions: Positions = {(4, "filter", "U", 6): 3}
    found = Decoder(positions).event(message("U", handle(6), headers(SYN, 20), kind=2))
    assert found is not None
    assert (found.kind, found.position) == (Kind.RULE, 3)


def test_packets_at_the_same_time_are_told_apart_by_their_ids() -> None:
    decoder = Decoder({})
    for number, iif in ((b"aaaa", 1), (b"bbbb", 2)):
        decoder.event(message("FORWARD", handle(1), headers(SYN, 20, iif), number=number))
    found = [decoder.event(message("FORWARD", handle(2), number=number)) for number in (b"aaaa", b"bbbb", b"cccc")]
    assert [each.iif if each else None for each in found] == [1, 2, None]


def test_the_next_hook_has_headers_of_its_own() -> None:
    decoder = Decoder({})
    decoder.event(message("FORWARD", handle(1), headers(SYN, 20, 1, 2)))
    decoder.event(message("POSTROUTING", handle(2), headers(SYN, 20, 0, 2)))
    found = decoder.event(message("SNAT", handle(3)))
    assert found is not None
    assert (found.hook, found.iif, found.oif) == (4, 0, 2)


def test_after_a_loss_nothing_is_taken_for_another_packet() -> None:
    decoder = Decoder({})
    decoder.event(message("FORWARD", handle(1), headers(SYN, 20)))
    decoder.forget()
    assert decoder.event(message("FORWARD", handle(2))) is None


def test_of_what_is_remembered_the_oldest_is_forgotten() -> None:
    decoder = Decoder({})
    for number in (*range(nftrace.REMEMBERED - 1), 0, nftrace.REMEMBERED, nftrace.REMEMBERED + 1):
        decoder.event(message("FORWARD", handle(1), headers(SYN, 20), number=struct.pack(">I", number)))
    again, oldest = (struct.pack(">I", number) for number in (0, 1))
    assert decoder.event(message("FORWARD", handle(2), number=again)) is not None
    assert decoder.event(message("FORWARD", handle(2), number=oldest)) is None


def test_what_is_remembered_has_a_bound() -> None:
    decoder = Decoder({})
    for number in range(nftrace.REMEMBERED + 1):
        decoder.event(message("FORWARD", handle(1), headers(SYN, 20), number=struct.pack(">I", number)))
    first, last = (struct.pack(">I", number) for number in (0, nftrace.REMEMBERED))
    assert decoder.event(message("FORWARD", handle(2), number=first)) is None
    assert decoder.event(message("FORWARD", handle(2), number=last)) is not None


def test_a_packet_ends_where_its_copy_is_cut() -> None:
    extended = SIX[:6] + b"\0" + SIX[7:40] + bytes([17, 0, 1, 4, 0, 0, 0, 0]) + SIX[40:]
    found = Decoder({}).event(message("INPUT", handle(1), headers(extended, 48), family=10))
    assert found is not None
    assert found.packet == extended[:40], "the UDP header is not taken for the options"
    found = Decoder({}).event(message("INPUT", handle(1), headers(SIX, 40), family=10))
    assert found is not None
    assert found.packet == SIX


@pytest.mark.parametrize(
    "data",
    [
        message("FORWARD", handle(1), headers(SYN, 20), family=7),
        netlink.HEADER.pack(36, 2, 0, 1, 0) + bytes(20),
        JUMP[:60],
    ],
    ids=["bridge", "ack", "cut"],
)
def test_what_is_no_event(data: bytes) -> None:
    assert Decoder(POSITIONS).event(data) is None
