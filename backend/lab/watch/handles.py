"""Positions of nf_tables rules by the handles that trace events name them by. Pure.

include/uapi/linux/netfilter/nf_tables.h. The kernel lists the rules of a chain in their order.
"""

import struct
from collections.abc import Iterable

from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import DUMP, Message
from backend.model.address import Family

GET_RULE = 10 << 8 | 7
"""NFNL_SUBSYS_NFTABLES with NFT_MSG_GETRULE."""
TABLE, CHAIN, HANDLE = 1, 2, 3
INET = 1
FAMILIES: dict[int, tuple[Family, ...]] = {2: (4,), 10: (6,), INET: (4, 6)}
"""Of netfilter's families those of a table; what an inet table does to a packet, it does to one of IPv4 or IPv6."""

Handles = dict[tuple[Family, str, str, int], int]
"""Family, table, chain, handle → position in the chain, from 1."""


def list_rules() -> Message:
    return Message(GET_RULE, DUMP, struct.pack("=BBH", 0, 0, 0))


def positions(bodies: Iterable[bytes]) -> Handles:
    """Of the answers to `list_rules`."""
    found: Handles = {}
    counts: dict[tuple[int, str, str], int] = {}
    for body in bodies:
        said = netlink.attributes(body[4:])
        table, chain = (said[kind].rstrip(b"\0").decode(errors="replace") for kind in (TABLE, CHAIN))
        position = counts[body[0], table, chain] = counts.get((body[0], table, chain), 0) + 1
        for family in FAMILIES.get(body[0], ()):
            found[family, table, chain, int.from_bytes(said[HANDLE])] = position
    return found
