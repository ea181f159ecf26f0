"""Sees the packets of all devices of a namespace, as they come in and go out: packet(7).

Many packets are read by one system call. A ring of shared memory (packet_mmap) would read them a little faster still,
but the kernel waits some ten milliseconds for all of its readers when one is made (packet_set_ring in
net/packet/af_packet.c), which is longer than most labs are watched.
"""

import ctypes
import errno
import os
import socket
import struct
from contextlib import suppress
from functools import cache

from backend.lab.watch import sieve

SOL_PACKET = 263
STATISTICS = 6
SO_ATTACH_FILTER, SO_RCVBUFFORCE = 26, 33
ETH_P_ALL = 3
LONGEST = sieve.COPIED
AT_ONCE = 64
"""Packets that one system call reads."""
ROOM = 1 << 21
"""Bytes that packets may take while they wait; ordinary users get less (net.core.rmem_max)."""
HELD = 2304
"""Bytes that the kernel counts for one of them, at most (SKB_TRUESIZE of what our packets need)."""
OUTGOING = 4
"""PACKET_OUTGOING of include/uapi/linux/if_packet.h."""
_ADDRESS = struct.Struct("=2xHi2xB9x")
"""struct sockaddr_ll: protocol, index of the device, type."""

_libc = ctypes.CDLL(None, use_errno=True)

Sight = tuple[int, bool, int, bytes]
"""Index of the device, whether it came in, EtherType, and the packet from its network header on."""


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


class _Message(ctypes.Structure):
    """struct mmsghdr of recvmmsg(2)."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint),
        ("vectors", ctypes.c_void_p),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
        ("padding", ctypes.c_int),
        ("length", ctypes.c_uint),
    )


class _Batch:
    """Memory for as many packets as are read at once."""

    def __init__(self) -> None:
        self.packets = ctypes.create_string_buffer(AT_ONCE * LONGEST)
        self.addresses = ctypes.create_string_buffer(AT_ONCE * _ADDRESS.size)
        self.messages = (_Message * AT_ONCE)()
        self._vectors = (_Vector * AT_ONCE)()
        for number, (message, vector) in enumerate(zip(self.messages, self._vectors, strict=True)):
            vector.base, vector.size = ctypes.addressof(self.packets) + number * LONGEST, LONGEST
            message.name = ctypes.addressof(self.addresses) + number * _ADDRESS.size
            message.name_size = _ADDRESS.size
            message.vectors, message.vector_count = ctypes.addressof(vector), 1

    def read(self, descriptor: int) -> list[Sight]:
        count = _libc.recvmmsg(descriptor, self.messages, AT_ONCE, socket.MSG_DONTWAIT, None)
        if count < 0:
            code = ctypes.get_errno()
            if code in (errno.EAGAIN, errno.EINTR, errno.ENETDOWN):
                return []
            raise OSError(code, os.strerror(code))
        found = []
        packets, addresses = self.packets.raw, self.addresses.raw
        for number in range(count):
            protocol, index, kind = _ADDRESS.unpack_from(addresses, number * _ADDRESS.size)
            begin = number * LONGEST
            data = packets[begin : begin + min(self.messages[number].length, LONGEST)]
            found.append((index, kind != OUTGOING, protocol, data))
        return found


@cache
def _batch() -> _Batch:
    """One for all taps, which are read by one thread."""
    return _Batch()


class Tap:
    """Made in the namespace that it is to see."""

    def __init__(self, room: int = ROOM, is_everything: bool = False) -> None:
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_PACKET, kind, socket.htons(ETH_P_ALL))
        self._batch = _batch()
        try:
            self._filter(sieve.everything() if is_everything else sieve.connecting())
            self._make_room(room)
            self._many = min(AT_ONCE, self.frames)
            while self._batch.read(self._socket.fileno()):
                pass  # what came before there was a filter
        except BaseException:
            self._socket.close()
            raise

    @property
    def frames(self) -> int:
        """How many packets may wait, at least."""
        return self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // HELD

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._socket.close()

    def read(self) -> tuple[list[Sight], int]:
        """What came since the last time, in order, and how many more had no room."""
        seen = found = self._batch.read(self._socket.fileno())
        while len(found) == AT_ONCE:
            found = self._batch.read(self._socket.fileno())
            seen = seen + found
        # A packet is lost only when as many wait as there is room for.
        return seen, self._lost() if len(seen) >= self._many else 0

    def _lost(self) -> int:
        """Since it was asked for the last time."""
        _, lost = struct.unpack("=II", self._socket.getsockopt(SOL_PACKET, STATISTICS, 8))
        return int(lost)

    def _make_room(self, room: int) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        with suppress(PermissionError):
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, room)

    def _filter(self, program: bytes) -> None:
        """struct sock_fprog: a count, and the address of the instructions."""
        kept = ctypes.create_string_buffer(program, len(program))
        self._socket.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
        )
