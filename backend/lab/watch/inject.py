"""Puts packets on the cable of a router's device, and knows without waiting when they have been dealt with.

What is sent on one end of a cable goes to the backlog of the processor that sends it, and from there, one packet after
the other, all the way through the router to the device that it leaves by (veth_xmit in drivers/net/veth.c, __netif_rx
and process_backlog in net/core/dev.c). So when a frame that was sent behind others from the same processor comes in,
the others have been dealt with. Frames that the router itself puts into the backlog meanwhile, to itself over lo, stand
behind it: so barriers are sent until between two of them nothing more was sighted.

This does not hold with receive packet steering (net.core.rps_default_mask), which chooses a processor for each flow, or
where a device of the router has GRO or XDP switched on, and a queue of its own. A new namespace's devices have neither.
"""

import fcntl
import os
import select
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from msgspec import Struct

from backend.lab.kernel.namespace import inside
from backend.lab.watch import sieve
from backend.lab.watch.watch import Passed, Sighting, Watch

SIOCGIFHWADDR = 0x8927
DEADLINE_S = 2.0
AT_ONCE = 64
"""Packets before a barrier; the backlog of a processor takes 1000 (net.core.netdev_max_backlog)."""
ETHERTYPES = {4: 0x0800, 6: 0x86DD}
_numbers = count(1)


class Injected(Struct, frozen=True):
    sightings: list[Sighting]
    is_complete: bool = True
    """False: there may be more to come."""
    error: str = ""
    """Why it is not complete."""


class Injector:
    """The other end of the cable of a router's device."""

    def __init__(self, end: int, end_device: str, router: int, device: str) -> None:
        """Of the namespaces at both ends, descriptors, and the devices there."""
        destination, source = _mac(router, device), _mac(end, end_device)
        self._heads = {version: destination + source + struct.pack(">H", kind) for version, kind in ETHERTYPES.items()}
        self._barrier = destination + source + struct.pack(">H", sieve.BARRIER)
        with inside(end):
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
            self._socket.bind((end_device, 0))

    def close(self) -> None:
        self._socket.close()

    def send(self, packet: bytes) -> None:
        """From its network header on."""
        self._socket.send(self._heads[packet[0] >> 4] + packet)

    def send_barrier(self, number: int) -> None:
        """A frame that the router's taps see, and nothing else there takes: no rule, no connection tracking, no answer
        and no counter of its network protocols. So it may follow any packet."""
        self._socket.send(self._barrier + struct.pack(">Q", number))


def inject(watch: Watch, packets: Sequence[tuple[Injector, bytes]], deadline_s: float = DEADLINE_S) -> Injected:
    """All of them, in order, and what is sighted until they have been dealt with in the routers that are watched."""
    found: list[Sighting] = []
    part = max(1, min(AT_ONCE, watch.room))
    deadline = time.monotonic() + deadline_s
    try:
        with pinned():
            for begin in range(0, len(packets), part):
                for injector, packet in packets[begin : begin + part]:
                    injector.send(packet)
                is_last = begin + part >= len(packets)
                while _until_barrier(watch, packets[begin][0], deadline, found) and is_last:
                    pass
    except TimeoutError:
        return Injected(found, False, f"the router did not deal with the packets within {deadline_s:g} s")
    except OSError as error:  # ENOBUFS: the cable has no carrier, or the backlog is full
        return Injected(found, False, f"nothing can be sent to the router: {error.strerror}")
    return Injected(found)


def _until_barrier(watch: Watch, injector: Injector, deadline: float, found: list[Sighting]) -> bool:
    """Whether anything else was sighted until the barrier was. What came before it in other namespaces may be read
    behind it."""
    if time.monotonic() > deadline:
        raise TimeoutError
    number = next(_numbers)
    injector.send_barrier(number)
    count_before = len(found)
    poll = select.poll()
    poll.register(watch, select.POLLIN)
    while not _take(watch, number, found):
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not poll.poll(left_s * 1000):
            raise TimeoutError
    _take(watch, number, found)
    return len(found) > count_before


def _take(watch: Watch, number: int, found: list[Sighting]) -> bool:
    """Adds what is sighted, and says whether this barrier is among it; those of others are nothing to us."""
    sighted = watch.read()
    found += [each for each in sighted if not isinstance(each, Passed)]
    return any(isinstance(each, Passed) and each.number == number for each in sighted)


@contextmanager
def pinned() -> Iterator[None]:
    """This thread on one processor, so that all it sends goes through one backlog."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _mac(descriptor: int, device: str) -> bytes:
    """netdevice(7): the address behind the name and the two bytes of its family."""
    with inside(descriptor), socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as end:
        return fcntl.ioctl(end, SIOCGIFHWADDR, struct.pack("16s24x", device.encode()))[18:24]
