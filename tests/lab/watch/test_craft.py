import socket
import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lab.watch import craft
from backend.lab.watch.craft import Header

FOUR = Header(IPv4Address("10.1.0.2"), IPv4Address("10.2.0.3"), id=5)
SIX = Header(IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::3"))


def total(data: bytes) -> int:
    """The sum that a receiver makes: all ones where a checksum is right."""
    data += b"\0" * (len(data) & 1)
    found: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while found >> 16:
        found = (found & 0xFFFF) + (found >> 16)
    return found


def pseudo(data: bytes) -> bytes:
    if data[0] >> 4 == 6:
        return data[8:40] + struct.pack(">II", len(data) - 40, data[6]) + data[40:]
    return (b"" if data[9] == 1 else data[12:20] + struct.pack(">HH", data[9], len(data) - 20)) + data[20:]


@pytest.mark.parametrize("header", [FOUR, SIX], ids=["ipv4", "ipv6"])
@given(st.binary(max_size=40))
def test_checksums_are_what_a_receiver_expects(header: Header, payload: bytes) -> None:
    made = [
        craft.syn(header, 1, 2, int.from_bytes(payload[:4])),
        craft.syn_ack(header, (1, 2), 3, 4, mss=500),
        craft.udp(header, 1, 2, payload),
        craft.echo(header, 1, 2, payload),
        craft.echo(header, 1, 2, payload, is_reply=True),
    ]
    for data in made:
        assert total(pseudo(data)) == 0xFFFF
        if header is FOUR:
            assert total(data[:20]) == 0xFFFF
            assert int.from_bytes(data[2:4]) == len(data)


def test_a_packet_that_was_seen_without_its_checksum_gets_it() -> None:
    for whole in (craft.syn(FOUR, 1, 2, 3), craft.udp(SIX, 1, 2, b"abc"), craft.echo(FOUR, 1, 2)):
        at = 20 if whole[0] >> 4 == 4 else 40
        place = at + {6: 16, 17: 6, 1: 2}[whole[9] if at == 20 else whole[6]]
        seen = bytearray(whole)
        seen[place : place + 2] = b"\x12\x34"
        assert craft.with_checksums(bytes(seen)) == whole


def test_a_packet_for_another_port_is_the_same_otherwise() -> None:
    assert craft.to_port(craft.udp(FOUR, 1, 2, b"abc"), 2, 9) == craft.udp(FOUR, 1, 9, b"abc")
    assert craft.to_port(craft.syn(SIX, 1, 2, 3), 2, 9) == craft.syn(SIX, 1, 9, 3)
    assert craft.to_port(craft.echo(SIX, 2, 5), 2, 9) == craft.echo(SIX, 9, 5)
    assert craft.to_port(craft.udp(FOUR, 1, 2), 1, 9) == craft.udp(FOUR, 1, 2)


def test_a_udp_checksum_is_never_zero() -> None:
    """RFC 768: zero says that there is none, and IPv6 drops it."""
    zero = [craft.udp(SIX, 1, 2, struct.pack(">H", number))[46:48] for number in range(1 << 16)]
    assert b"\0\0" not in zero
    assert b"\xff\xff" in zero


def test_of_a_fragment_only_the_header_is_summed() -> None:
    fragment = bytearray(craft.udp(FOUR, 1, 2, b"abc"))
    fragment[6:8] = b"\0\x10"
    made = craft.with_checksums(bytes(fragment))
    assert made[20:] == fragment[20:]
    assert total(made[:20]) == 0xFFFF


def test_what_is_no_packet_stays() -> None:
    assert craft.with_checksums(b"abc") == b"abc"


@pytest.mark.root
def test_the_kernel_takes_them() -> None:
    """A raw socket is given what was made here; the kernel checks it like any other packet."""
    header = Header(IPv4Address("127.0.0.1"), IPv4Address("127.0.0.1"))
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sender,
    ):
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        sender.sendto(craft.udp(header, 40000, receiver.getsockname()[1], b"token"), ("127.0.0.1", 0))
        assert receiver.recvfrom(100) == (b"token", ("127.0.0.1", 40000))
