"""Trace events of nf_tables. Pure.

include/uapi/linux/netfilter/nf_tables.h; net/netfilter/nf_tables_trace.c has the order of the attributes.
"""

import struct
from collections.abc import Mapping

from msgspec import Struct

from backend.lab.kernel.netlink import ATTRIBUTE, attributes
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.nflog import FAMILIES
from backend.lab.watch.packet import AUTHENTICATION, DESTINATION_OPTIONS, FRAGMENT, HOP_BY_HOP, ROUTING
from backend.model.address import Family

TRACE = 10 << 8 | 17
"""NFNL_SUBSYS_NFTABLES with NFT_MSG_TRACE."""
GROUP = 9
"""NFNLGRP_NFTRACE of include/uapi/linux/netfilter/nfnetlink.h."""
TABLE, CHAIN, HANDLE, NETWORK_HEADER, TRANSPORT_HEADER, IIF, OIF, MARK = 1, 2, 3, 8, 9, 10, 12, 14
POLICY = 1
FAMILY_AT, KIND_AT, ID_AT, CHAIN_AT = 27, 35, 40, 44
"""The family of the packet, the kind of the event and the packet's id come first; of numbers we want the last byte."""
EXTENSIONS = (HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION_OPTIONS)
HOOKS = {"PREROUTING": 0, "INPUT": 1, "FORWARD": 2, "OUTPUT": 3, "POSTROUTING": 4}
REMEMBERED = 4096

_HEAD = struct.Struct("=IH")
_Place = tuple[Family, str, str, Kind, int]
Positions = Mapping[tuple[Family, str, str, int], int]


class _First(Struct, frozen=True, gc=False):
    """What only the first event says that a table has for a packet at one hook."""

    packet: bytes
    hook: int | None
    iif: int
    oif: int


class Decoder:
    """It remembers what the first event said. A packet keeps its id from hook to hook, and all events of one hook come
    before those of the next, so what was said last counts."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions
        self._places: dict[bytes, tuple[_Place | None, int | None]] = {}
        self._firsts: dict[bytes, _First] = {}

    def forget(self) -> None:
        """After a loss: a first event may be among what was lost, and its id that of another packet before."""
        self._firsts.clear()

    def event(self, data: bytes) -> Event | None:
        length, kind = _HEAD.unpack_from(data)
        if kind != TRACE or length > len(data):
            return None
        end = _end_of_place(data)
        key = data[FAMILY_AT - 3 : KIND_AT + 1] + data[CHAIN_AT:end]
        try:
            place, hook = self._places[key]
        except KeyError:
            place, hook = self._places[key] = self._place(data, end)
        said = attributes(data[end:length])
        first = self._first(data, hook, said) if NETWORK_HEADER in said else self._firsts.get(data[ID_AT:CHAIN_AT])
        if place is None or first is None:
            return None
        mark = int.from_bytes(said.get(MARK, b""))
        return Event(*place, first.packet, mark, first.hook, first.iif, first.oif)

    def _place(self, data: bytes, end: int) -> tuple[_Place | None, int | None]:
        family = FAMILIES.get(data[FAMILY_AT])
        said = attributes(data[CHAIN_AT:end])
        if family is None or TABLE not in said or CHAIN not in said:
            return None, None
        table, chain = (said[kind].rstrip(b"\0").decode(errors="replace") for kind in (TABLE, CHAIN))
        hook = HOOKS.get(chain)
        if data[KIND_AT] == POLICY:
            return (family, table, chain, Kind.POLICY, 0), hook
        if HANDLE in said:
            position = self._positions.get((family, table, chain, int.from_bytes(said[HANDLE])), 0)
            return (family, table, chain, Kind.RULE, position), hook
        # The end of a chain; where it has a policy, that is told next.
        return None if chain in HOOKS else (family, table, chain, Kind.RETURN, 0), hook

    def _first(self, data: bytes, hook: int | None, said: Mapping[int, bytes]) -> _First:
        number = data[ID_AT:CHAIN_AT]
        self._firsts.pop(number, None)
        if len(self._firsts) >= REMEMBERED:
            del self._firsts[next(iter(self._firsts))]
        iif, oif = (int.from_bytes(said.get(kind, b"")) for kind in (IIF, OIF))
        first = self._firsts[number] = _First(_packet(said), hook, iif, oif)
        return first


def _end_of_place(data: bytes) -> int:
    """Behind the names of chain and table and, where a rule is told of, its handle."""
    at = CHAIN_AT
    for wanted in (CHAIN, TABLE, HANDLE):
        if at + ATTRIBUTE.size <= len(data):
            size, kind = ATTRIBUTE.unpack_from(data, at)
            at += size + 3 & ~3 if kind == wanted else 0
    return at


def _packet(said: Mapping[int, bytes]) -> bytes:
    """Of both headers not more than 40 and 20 bytes are told; where the first one was cut, the other's place is not
    known (nf_trace_fill_pkt_info)."""
    network = said[NETWORK_HEADER]
    is_whole = network[6] not in EXTENSIONS if network[0] >> 4 == 6 else (network[0] & 15) << 2 == len(network)
    return network + said.get(TRANSPORT_HEADER, b"") if is_whole else network
