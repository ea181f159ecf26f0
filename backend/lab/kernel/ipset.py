"""Sets as the kernel lists them, and the messages that make the same sets elsewhere. Pure.

include/uapi/linux/netfilter/ipset/ip_set.h; net/netfilter/ipset/ip_set_core.c.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import ATTRIBUTE, NESTED, Message, attribute

SUBSYSTEM = 6
CREATE, SAVE, ADD = 2, 8, 9
PROTOCOL, NAME, TYPE, REVISION, FAMILY, DATA, ENTRIES, LINE = 1, 2, 3, 4, 5, 7, 8, 9
VERSION = 7
TELLING = 24
"""IPSET_ATTR_ELEMENTS: from there on a set tells of itself, and cannot be told."""
BIG_ENDIAN = 0x4000
"""NLA_F_NET_BYTEORDER, which the kernel asks for and does not always say itself."""
KIND = 0x3FFF
GENERAL = struct.pack("=BBH", 2, 0, 0)

_PROTOCOL = attribute(PROTOCOL, bytes([VERSION]))


def list_sets() -> Message:
    return Message(SUBSYSTEM << 8 | SAVE, netlink.DUMP, GENERAL + _PROTOCOL)


def copies(bodies: Iterable[bytes], names: Sequence[str]) -> list[Message]:
    """Of the answers to `list_sets`, which tell of sets of sets last: the sets in the order of `names`, by which they
    get their numbers, and before all entries, since a set may be an entry of another."""
    creates: dict[str, Message] = {}
    adds = []
    for body in bodies:
        said = {kind & KIND: value for kind, value in _attributes(body[len(GENERAL) :])}
        if DATA in said:
            creates[said[NAME].rstrip(b"\0").decode()] = _create(said)
        if ENTRIES in said:
            adds.append(_add(said))
    return [creates[name] for name in names] + adds


def _create(said: dict[int, bytes]) -> Message:
    options = b"".join(_said(kind, each) for kind, each in _attributes(said[DATA]) if kind & KIND < TELLING)
    known = b"".join(attribute(kind, said[kind]) for kind in (NAME, TYPE, REVISION, FAMILY))
    body = GENERAL + _PROTOCOL + known + attribute(DATA | NESTED, options)
    return Message(SUBSYSTEM << 8 | CREATE, netlink.CREATE | netlink.EXCLUSIVE, body)


def _add(said: dict[int, bytes]) -> Message:
    entries = _said(ENTRIES | NESTED, said[ENTRIES]) + attribute(LINE | BIG_ENDIAN, bytes(4))
    return Message(SUBSYSTEM << 8 | ADD, 0, GENERAL + _PROTOCOL + attribute(NAME, said[NAME]) + entries)


def _said(kind: int, value: bytes) -> bytes:
    if kind & NESTED:
        return attribute(kind, b"".join(_said(*each) for each in _attributes(value)))
    return attribute(kind | BIG_ENDIAN, value)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """In their order, with their flags, and also those that occur more than once."""
    at = 0
    while at + ATTRIBUTE.size <= len(data):
        length, kind = ATTRIBUTE.unpack_from(data, at)
        if length < ATTRIBUTE.size:
            return
        yield kind, data[at + ATTRIBUTE.size : at + length]
        at += length + -length % 4
