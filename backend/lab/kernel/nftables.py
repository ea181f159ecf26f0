"""Rules of nftables as bytes: as the kernel lists them, and a chain of our own. Pure.

include/uapi/linux/netfilter/nfnetlink.h and nf_tables.h.
"""

import struct
from collections.abc import Sequence

from msgspec import Struct

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import Message, attribute, nested, text
from backend.model.address import Family

SUBSYSTEM, GET_RULE = 10, 7
UNSPEC, INET, INET6 = 0, 2, 10
FAMILIES: dict[int, Family] = {INET: 4, INET6: 6}
GENERAL = struct.Struct("=BBH")
"""struct nfgenmsg: family, version, and a number in network order that is not used here."""
TABLE, CHAIN, HANDLE = 1, 2, 3


NEW_TABLE, NEW_CHAIN, NEW_RULE = 0, 3, 6
BATCH_BEGIN, BATCH_END = 0x10, 0x11
META_PROTOCOL = 16
EQUAL, NOT_EQUAL = 0, 1
TRANSPORT = 2
REGISTER = 1
_NUMBER = struct.Struct(">I")


class Rule(Struct, frozen=True):
    family: Family | None
    """None of tables that belong to no IP version."""
    table: str
    chain: str
    handle: int


def list_rules() -> Message:
    """Of all tables, chain by chain, each in its order."""
    return Message(SUBSYSTEM << 8 | GET_RULE, netlink.DUMP, GENERAL.pack(UNSPEC, 0, 0))


def read_rule(body: bytes) -> Rule:
    family, _, _ = GENERAL.unpack_from(body)
    said = netlink.attributes(body[GENERAL.size :])
    return Rule(FAMILIES.get(family), _name(said[TABLE]), _name(said[CHAIN]), int.from_bytes(said[HANDLE]))


def _name(value: bytes) -> str:
    return value.rstrip(b"\0").decode(errors="replace")


def batch(messages: Sequence[Message]) -> list[Message]:
    """All of them or none."""
    begin, end = (Message(kind, 0, GENERAL.pack(UNSPEC, 0, SUBSYSTEM << 8)) for kind in (BATCH_BEGIN, BATCH_END))
    return [begin, *messages, end]


def make_table(family: int, table: str) -> Message:
    return _message(NEW_TABLE, family, text(1, table))


def make_chain(family: int, table: str, chain: str, hook: int, priority: int) -> Message:
    """Packets go on behind it."""
    place = nested(4, _number(1, hook), attribute(2, struct.pack(">i", priority)))
    return _message(NEW_CHAIN, family, text(1, table) + text(3, chain) + place + text(7, "filter"))


def make_rule(family: int, table: str, chain: str, *expressions: bytes) -> Message:
    return _message(NEW_RULE, family, text(1, table) + text(2, chain) + nested(4, *expressions))


def has_protocol(number: int, is_other: bool = False) -> bytes:
    """Or any other."""
    compared = _compared(NOT_EQUAL if is_other else EQUAL, bytes([number]))
    return _expression("meta", _number(1, REGISTER), _number(2, META_PROTOCOL)) + compared


def has_bits(at: int, mask: int) -> bytes:
    """One of them at least in this byte of the transport's header."""
    loaded = (_number(1, REGISTER), _number(2, TRANSPORT), _number(3, at), _number(4, 1))
    masked = (_number(1, REGISTER), _number(2, REGISTER), _number(3, 1), _value(4, bytes([mask])), _value(5, b"\0"))
    return _expression("payload", *loaded) + _expression("bitwise", *masked) + _compared(NOT_EQUAL, b"\0")


def log(group: int, prefix: str) -> bytes:
    """To nfnetlink_log, which hands it over at once."""
    return _expression("log", attribute(1, struct.pack(">H", group)), text(2, prefix), attribute(4, b"\0\1"))


def _compared(operator: int, value: bytes) -> bytes:
    return _expression("cmp", _number(1, REGISTER), _number(2, operator), _value(3, value))


def _expression(name: str, *said: bytes) -> bytes:
    return nested(1, text(1, name), nested(2, *said))


def _value(kind: int, value: bytes) -> bytes:
    return nested(kind, attribute(1, value))


def _number(kind: int, value: int) -> bytes:
    return attribute(kind, _NUMBER.pack(value))


def _message(kind: int, family: int, body: bytes) -> Message:
    return Message(SUBSYSTEM << 8 | kind, netlink.CREATE, GENERAL.pack(family, 0, 0) + body)
