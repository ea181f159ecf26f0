import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.lab.kernel.netlink import (
    ACK,
    DONE,
    ERROR,
    HEADER,
    Message,
    answers,
    attribute,
    attributes,
    nested,
    number,
    packed,
    text,
)


def error(code: int, sequence: int = 7, flags: int = 0, more: bytes = b"") -> bytes:
    body = struct.pack("=i", -code) + HEADER.pack(16, 24, 0, sequence, 0) + more
    return HEADER.pack(HEADER.size + len(body), ERROR, flags, sequence, 0) + body


def test_attributes_are_padded_to_four_bytes_and_read_back() -> None:
    data = text(3, "eth0") + number(4, 1500) + attribute(9, b"x") + nested(18, text(1, "veth"))
    assert len(data) % 4 == 0
    found = attributes(data)
    assert (found[3], found[4], found[9]) == (b"eth0\0", struct.pack("=I", 1500), b"x")
    assert attributes(found[18]) == {1: b"veth\0"}


def test_a_message_is_a_request_with_its_number() -> None:
    length, kind, flags, sequence, _ = HEADER.unpack_from(packed(Message(16, 0x400, b"12345"), 9, ACK))
    assert (length, kind, flags, sequence) == (21, 16, 0x405, 9)
    assert len(packed(Message(16, 0, b"12345"), 9)) % 4 == 0


def test_what_the_kernel_refuses_is_an_error_with_its_words() -> None:
    said = text(1, "Nexthop has invalid gateway")
    (answer,) = answers(error(22, flags=0x300, more=said))
    assert (answer.error, answer.sequence, answer.text) == (22, 7, "Nexthop has invalid gateway")
    (plain,) = answers(error(17))
    assert (plain.error, plain.text) == (17, "")


def test_an_acknowledgement_is_an_error_of_nought() -> None:
    (answer,) = answers(error(0))
    assert answer.error == 0


def test_data_and_its_end_come_in_one_datagram() -> None:
    data = HEADER.pack(20, 16, 2, 3, 0) + b"body" + HEADER.pack(20, DONE, 2, 3, 0) + bytes(4)
    assert [(each.kind, each.body) for each in answers(data)] == [(16, b"body"), (DONE, bytes(4))]


def test_a_length_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="8 bytes"):
        list(answers(HEADER.pack(8, 16, 0, 1, 0)))


@given(st.binary(max_size=200))
def test_any_bytes_are_attributes_or_ignored(data: bytes) -> None:
    assert all(isinstance(value, bytes) for value in attributes(data).values())
