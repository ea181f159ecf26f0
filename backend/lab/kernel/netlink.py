"""Netlink as bytes: messages out, answers in. Pure; the socket is in channel.py.

include/uapi/linux/netlink.h: every message is a header, a fixed part, and attributes, each padded to four bytes.
"""

import struct
from collections.abc import Iterator

from msgspec import Struct

HEADER = struct.Struct("=IHHII")
ATTRIBUTE = struct.Struct("=HH")
ERROR, DONE = 2, 3
REQUEST, ACK, DUMP = 0x1, 0x4, 0x300
REPLACE, EXCLUSIVE, CREATE, APPEND = 0x100, 0x200, 0x400, 0x800
NESTED = 0x8000
CAPPED, WITH_ATTRIBUTES = 0x100, 0x200
"""Flags of an error: the message that it answers is cut to its header; attributes follow."""
ERROR_TEXT = 1


class Message(Struct, frozen=True):
    kind: int
    flags: int
    body: bytes


class Answer(Struct, frozen=True):
    """`error` is an errno, 0 for an acknowledgement, None for data."""

    sequence: int
    kind: int
    body: bytes = b""
    error: int | None = None
    text: str = ""
    """What the kernel says beyond the errno, where it does."""


def attribute(kind: int, value: bytes) -> bytes:
    length = ATTRIBUTE.size + len(value)
    return ATTRIBUTE.pack(length, kind) + value + bytes(-length % 4)


def nested(kind: int, *inner: bytes) -> bytes:
    return attribute(kind | NESTED, b"".join(inner))


def number(kind: int, value: int) -> bytes:
    return attribute(kind, struct.pack("=I", value))


def text(kind: int, value: str) -> bytes:
    return attribute(kind, value.encode() + b"\0")


def packed(message: Message, sequence: int, more_flags: int = 0) -> bytes:
    length = HEADER.size + len(message.body)
    header = HEADER.pack(length, message.kind, message.flags | REQUEST | more_flags, sequence, 0)
    return header + message.body + bytes(-length % 4)


def answers(data: bytes) -> Iterator[Answer]:
    """The answers in one datagram."""
    at = 0
    while at + HEADER.size <= len(data):
        length, kind, flags, sequence, _ = HEADER.unpack_from(data, at)
        if not HEADER.size <= length <= len(data) - at:
            raise ValueError(f"a netlink message of {length} bytes where {len(data) - at} are left")
        body = data[at + HEADER.size : at + length]
        yield _error(sequence, kind, flags, body) if kind == ERROR else Answer(sequence, kind, body)
        at += length + -length % 4


def _error(sequence: int, kind: int, flags: int, body: bytes) -> Answer:
    (code,) = struct.unpack_from("=i", body)
    said = ""
    if flags & WITH_ATTRIBUTES:
        (asked,) = struct.unpack_from("=I", body, 4)
        begin = 4 + (HEADER.size if flags & CAPPED or not code else asked + -asked % 4)
        said = attributes(body[begin:]).get(ERROR_TEXT, b"").rstrip(b"\0").decode(errors="replace")
    return Answer(sequence, kind, b"", -code, said)


def attributes(data: bytes) -> dict[int, bytes]:
    found = {}
    at = 0
    while at + ATTRIBUTE.size <= len(data):
        length, kind = ATTRIBUTE.unpack_from(data, at)
        if length < ATTRIBUTE.size:
            break
        found[kind & ~NESTED] = data[at + ATTRIBUTE.size : at + length]
        at += length + -length % 4
    return found
