import struct
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lab.watch import craft, packet
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import Packet, parse

FOUR = Header(IPv4Address("10.1.0.2"), IPv4Address("10.2.0.3"), ttl=7, tos=0x28, id=99)
SIX = Header(IPv6Address("2001:db8:1::2"), IPv6Address("2001:db8:2::3"), ttl=7, tos=0x28)
HEADERS = pytest.mark.parametrize("header", [FOUR, SIX], ids=["ipv4", "ipv6"])


def read(data: bytes) -> Packet:
    found = parse(data)
    assert found is not None
    return found


def extended(data: bytes, *headers: tuple[int, bytes]) -> bytes:
    """An IPv6 packet with extension headers; each is its number and what it has behind its first byte."""
    numbers = [number for number, _ in headers] + [data[6]]
    bodies = [bytes([after]) + body for (_, body), after in zip(headers, numbers[1:], strict=True)]
    length = struct.pack(">H", len(data) - 40 + sum(map(len, bodies)))
    return data[:4] + length + bytes([numbers[0]]) + data[7:40] + b"".join(bodies) + data[40:]


@HEADERS
def test_what_the_network_header_says(header: Header) -> None:
    found = read(craft.ip(header, 253, b"abcd"))
    assert (found.family, found.source, found.destination) == (
        header.source.version,
        header.source,
        header.destination,
    )
    assert (found.protocol, found.ttl, found.tos, found.id) == (253, 7, 0x28, header.id)
    assert craft.ip(header, 253, b"abcd")[found.payload :] == b"abcd"


@HEADERS
def test_tcp(header: Header) -> None:
    found = read(craft.syn_ack(header, (443, 40000), 0xFFFFFFF0, 5))
    assert (found.source_port, found.destination_port, found.seq, found.ack) == (443, 40000, 0xFFFFFFF0, 5)
    assert found.flags == packet.SYN | packet.ACK
    assert found.payload == len(craft.syn_ack(header, (443, 40000), 0, 5)), "options are not payload"


@HEADERS
def test_udp_and_echo_have_their_payload(header: Header) -> None:
    data = craft.udp(header, 53, 54, b"token")
    found = read(data)
    assert (found.source_port, found.destination_port, data[found.payload :]) == (53, 54, b"token")
    data = craft.echo(header, 0x1234, 9, b"token")
    found = read(data)
    assert (found.echo_id, found.echo_seq, data[found.payload :]) == (0x1234, 9, b"token")
    assert (found.icmp_type, found.icmp_code) == (8 if header is FOUR else 128, 0)
    assert read(craft.echo(header, 1, 1, is_reply=True)).icmp_type == (0 if header is FOUR else 129)


def test_extension_headers_are_passed_over() -> None:
    data = extended(craft.udp(SIX, 53, 54, b"token"), (0, b"\0" * 7), (60, b"\1" + b"\0" * 14), (51, b"\1" * 11))
    found = read(data)
    assert (found.protocol, found.destination_port, data[found.payload :]) == (17, 54, b"token")


def test_fragments() -> None:
    first = bytearray(craft.udp(FOUR, 53, 54, b"token"))
    first[6:8] = struct.pack(">H", 0x2000)
    found = read(bytes(first))
    assert (found.fragment, found.has_more, found.destination_port) == (0, True, 54)
    later = bytearray(first)
    later[6:8] = struct.pack(">H", 185)
    found = read(bytes(later))
    assert (found.fragment, found.has_more, found.destination_port, found.payload) == (1480, False, 0, 20)
    six = extended(craft.udp(SIX, 53, 54), (44, struct.pack(">BHI", 0, 1448 | 1, 77)))
    found = read(six)
    assert (found.fragment, found.has_more, found.id, found.protocol) == (1448, True, 77, 17)
    assert found.destination_port == 0


@HEADERS
def test_an_icmp_error_quotes_a_packet(header: Header) -> None:
    protocol, kind = (1, 11) if header is FOUR else (58, 3)
    back = Header(header.destination, header.source)
    quoted = craft.syn(header, 40000, 443, 77)
    found = read(craft.ip(back, protocol, struct.pack(">BBHI", kind, 0, 0, 0) + quoted))
    assert (found.icmp_type, found.icmp_code, found.echo_id) == (kind, 0, 0)
    assert found.quoted is not None
    assert (found.quoted.source, found.quoted.destination_port, found.quoted.seq) == (header.source, 443, 77)
    network = 20 if header is FOUR else 40
    short = craft.ip(back, protocol, struct.pack(">BBHI", kind, 0, 0, 0) + quoted[: network + 8])
    assert read(short).quoted is not None
    assert read(short).quoted.seq == 77  # type: ignore[union-attr]
    echo = craft.echo(header, 7, 8, quoted)
    assert read(echo).quoted is None, "what an echo carries is no quotation"


@pytest.mark.parametrize("data", [b"", b"\x45", b"\x60" * 39, b"\x00" * 60, craft.udp(FOUR, 1, 2)[:19]])
def test_what_is_no_packet(data: bytes) -> None:
    assert parse(data) is None


@given(st.binary(max_size=120), st.sampled_from([b"\x45", b"\x60\0\0\0\0\0\0", b"\x60\0\0\0\0\0\x2c", b"\x4f"]))
def test_whatever_comes_is_read_without_a_failure(data: bytes, begin: bytes) -> None:
    found = parse(begin + data)
    assert found is None or found.payload >= 0


@given(st.integers(0, 40), st.integers(0, 120))
def test_a_cut_packet_is_read_as_far_as_it_goes(kind: int, size: int) -> None:
    whole = [craft.syn(FOUR, 1, 2, 3), craft.udp(SIX, 1, 2, b"x" * 50), craft.echo(SIX, 1, 2, b"y" * 9)][kind % 3]
    found = parse(whole[:size])
    if found is not None:
        assert found.source in (FOUR.source, SIX.source)
        assert found.destination_port in (0, 2)
