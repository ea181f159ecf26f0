"""A table of iptables-legacy as the kernel keeps it: read in one namespace, put into another.

include/uapi/linux/netfilter_ipv4/ip_tables.h; that of IPv6 has the same shape. What an extension keeps for itself is
not in what the kernel gives (xt_data_to_user in net/netfilter/x_tables.c), and is made anew when the table is taken.
"""

import ctypes
import os
import socket
import struct

from msgspec import Struct

from backend.model.address import Family

LEVELS = {4: socket.IPPROTO_IP, 6: socket.IPPROTO_IPV6}
GET_INFO, GET_ENTRIES, REPLACE = 64, 65, 64
NAME = 32
INFO = struct.Struct("=32sI20s20sII")
"""struct ipt_getinfo: name, hooks, where each hook begins, where its policy is, number and size of the entries."""
ENTRIES_AT = 40
"""In struct ipt_get_entries, behind name and size."""
HEAD = struct.Struct("@32sIII20s20sIP")
"""struct ipt_replace: the same in another order, and room for the counters of the entries that are replaced."""
COUNTERS = 16

_libc = ctypes.CDLL(None, use_errno=True)


class Table(Struct, frozen=True):
    name: str
    hooks: int
    begins: bytes
    policies: bytes
    count: int
    entries: bytes


def table_socket(family: Family) -> socket.socket:
    """It speaks to the namespace that it is made in."""
    return socket.socket(socket.AF_INET if family == 4 else socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)


def read_table(channel: socket.socket, name: str) -> Table:
    named, hooks, begins, policies, count, size = INFO.unpack(_get(channel, GET_INFO, _named(name), INFO.size))
    asked = _named(name) + struct.pack("=I", size)
    entries = _get(channel, GET_ENTRIES, asked, ENTRIES_AT + size)[ENTRIES_AT:]
    return Table(named.rstrip(b"\0").decode(), hooks, begins, policies, count, entries)


def write_table(channel: socket.socket, table: Table) -> None:
    replaced = INFO.unpack(_get(channel, GET_INFO, _named(table.name), INFO.size))[4]
    counters = ctypes.create_string_buffer(COUNTERS * replaced)
    head = HEAD.pack(
        _named(table.name), table.hooks, table.count, len(table.entries), table.begins, table.policies, replaced,
        ctypes.addressof(counters),
    )  # fmt: skip
    channel.setsockopt(_level(channel), REPLACE, head + table.entries)


def _named(name: str) -> bytes:
    return name.encode().ljust(NAME, b"\0")


def _level(channel: socket.socket) -> int:
    return LEVELS[4 if channel.family == socket.AF_INET else 6]


def _get(channel: socket.socket, option: int, asked: bytes, size: int) -> bytes:
    buffer = ctypes.create_string_buffer(asked, size)
    length = ctypes.c_uint32(size)
    if _libc.getsockopt(channel.fileno(), _level(channel), option, buffer, ctypes.byref(length)) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return buffer.raw
