"""Sees the packets of all devices of a namespace, as they come in and go out.

packet(7), Documentation/networking/packet_mmap.rst. The kernel copies packets into memory that it shares with us: no
system call for each, and room that does not depend on what the machine allows a socket to buffer.
"""

import ctypes
import mmap
import os
import socket
import struct

from backend.lab.watch import sieve

SOL_PACKET = 263
RX_RING, STATISTICS, VERSION = 5, 6, 10
TPACKET_V2 = 1
SO_ATTACH_FILTER = 26
ETH_P_ALL = 3
FRAME = 512
"""Of memory for each packet: its header, its address, and what is copied of it."""
FRAMES = 1024
BLOCK = 1 << 16
KERNEL, LOSING = 0, 4
OUTGOING = 4
"""TP_STATUS_KERNEL, TP_STATUS_LOSING and PACKET_OUTGOING of include/uapi/linux/if_packet.h."""
_STATUS = struct.Struct("=I")
_HEAD = struct.Struct("=8xIHH18xHi2xB")
"""struct tpacket2_hdr and behind it sockaddr_ll: size of the copy, places, protocol, index of the device, type."""

_libc = ctypes.CDLL(None, use_errno=True)

Sight = tuple[int, bool, int, bytes]
"""Index of the device, whether it came in, EtherType, and the packet from its network header on."""


class Tap:
    """Made in the namespace that it is to see."""

    def __init__(self, frames: int = FRAMES, is_everything: bool = False) -> None:
        """`frames`: how many packets may wait until they are read."""
        blocks = max(1, frames * FRAME // BLOCK)
        self._size = blocks * BLOCK
        self._at = 0
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_PACKET, kind, socket.htons(ETH_P_ALL))
        try:
            self._filter(sieve.everything() if is_everything else sieve.connecting())
            self._socket.setsockopt(SOL_PACKET, VERSION, TPACKET_V2)
            self._share(struct.pack("=IIII", BLOCK, blocks, FRAME, self.frames))
            self._ring = mmap.mmap(self._socket.fileno(), self._size)
            self._lost()  # what came before there was a ring is gone (packet_set_ring in net/packet/af_packet.c)
        except BaseException:
            self._socket.close()
            raise

    @property
    def frames(self) -> int:
        return self._size // FRAME

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._ring.close()
        self._socket.close()

    def read(self) -> tuple[list[Sight], int]:
        """What came since the last time, in order, and how many more had no room."""
        seen: list[Sight] = []
        ring, at, is_losing = self._ring, self._at, False
        while True:
            (status,) = _STATUS.unpack_from(ring, at)
            if status == KERNEL:
                break
            size, _, begin, protocol, index, kind = _HEAD.unpack_from(ring, at)
            begin += at
            seen.append((index, kind != OUTGOING, protocol, ring[begin : begin + size]))
            is_losing |= bool(status & LOSING)
            _STATUS.pack_into(ring, at, KERNEL)
            at = (at + FRAME) % self._size
        self._at = at
        # A packet is lost when the ring is full, which is seen here, or by the mark on one that came later.
        return seen, self._lost() if is_losing or len(seen) >= self.frames else 0

    def _lost(self) -> int:
        """Since it was asked for the last time."""
        _, lost = struct.unpack("=II", self._socket.getsockopt(SOL_PACKET, STATISTICS, 8))
        return int(lost)

    def _share(self, ring: bytes) -> None:
        """The kernel waits for all of its readers then, some milliseconds; other threads may go on, which they may not
        while Python itself sets an option."""
        if _libc.setsockopt(self._socket.fileno(), SOL_PACKET, RX_RING, ring, len(ring)) != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"memory for packets: {os.strerror(code)}")

    def _filter(self, program: bytes) -> None:
        """struct sock_fprog: a count, and the address of the instructions."""
        kept = ctypes.create_string_buffer(program, len(program))
        self._socket.setsockopt(
            socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program) // 8, ctypes.addressof(kept))
        )
