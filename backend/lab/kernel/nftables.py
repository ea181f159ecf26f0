"""Rules of nftables as the kernel lists them, as bytes. Pure.

include/uapi/linux/netfilter/nfnetlink.h and nf_tables.h.
"""

import struct

from msgspec import Struct

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import Message
from backend.model.address import Family

SUBSYSTEM, GET_RULE = 10, 7
UNSPEC, INET, INET6 = 0, 2, 10
FAMILIES: dict[int, Family] = {INET: 4, INET6: 6}
GENERAL = struct.Struct("=BBH")
"""struct nfgenmsg: family, version, and a number in network order that is not used here."""
TABLE, CHAIN, HANDLE = 1, 2, 3


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
