"""One namespace that is watched: its sockets, and what they tell as sightings.

Of one packet the kernel tells first that it came in (packet sockets get it before any protocol does:
__netif_receive_skb_core in net/core/dev.c), then what netfilter did, and last that it went out (dev_queue_xmit_nit,
when a device is given the packet). Packets and events come on two sockets, each in its order; packets are read first.
So when a packet's departure is read, or a barrier behind it, then all its events are read with it; but its arrival may
be read only the next time.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from msgspec import Struct

from backend.lab.kernel import rtnetlink
from backend.lab.kernel.channel import Channel
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch import sieve
from backend.lab.watch.listener import Listener
from backend.lab.watch.nftrace import Positions
from backend.lab.watch.packet import ICMPV6, NEIGHBOR_SOLICITATION
from backend.lab.watch.sighting import Asked, Lost, Matched, Passed, Seen, Sighting
from backend.lab.watch.tap import Sight, Tap

ARP, IPV6, BARRIER = (socket.htons(protocol) for protocol in (sieve.ARP, sieve.IPV6, sieve.BARRIER))
REQUEST, ICMP6, SOLICITATION = b"\0\1", bytes([ICMPV6]), bytes([NEIGHBOR_SOLICITATION])
IPV6_SIZE = 40
EVENTS_SIZE = 1 << 16
"""What the events of one packet take at most while they wait to be read: some fifty of them."""
SIGHTS = 4
"""How often one packet is seen at most: an answer comes in and goes out too."""


class Place(Struct):
    name: str
    tap: Tap
    listener: Listener | None
    devices: dict[int, str]

    def close(self) -> None:
        self.tap.close()
        if self.listener is not None:
            self.listener.close()

    def ends(self) -> list[int]:
        return [self.tap.fileno(), *([self.listener.fileno()] if self.listener is not None else [])]

    @property
    def room(self) -> int:
        """How many packets may be on their way here until it is read again."""
        told = self.listener.room // EVENTS_SIZE if self.listener is not None else self.tap.frames
        return min(told, self.tap.frames // SIGHTS)

    def read(self) -> list[Sighting]:
        """Packets before events; what was lost before both."""
        sights, lost = self.tap.read()
        found: list[Sighting] = [Lost(self.name, "packets", lost)] if lost else []
        if self.listener is None:
            return found + self._packets(sights)
        events, is_lost = self.listener.read()
        if is_lost:
            found.append(Lost(self.name, "events"))
        found += self._packets(sights)
        name, devices = self.name, self.devices
        found += [Matched(name, event, devices.get(event.iif, ""), devices.get(event.oif, "")) for event in events]
        return found

    def _packets(self, sights: Iterable[Sight]) -> list[Sighting]:
        found: list[Sighting] = []
        name, devices = self.name, self.devices
        for index, is_incoming, protocol, data in sights:
            device = devices.get(index, "")
            if protocol == BARRIER:
                if is_incoming:
                    found.append(Passed(name, int.from_bytes(data[:8])))
            elif protocol == ARP:
                found += _asked_arp(name, device, data) if not is_incoming else ()
            elif protocol == IPV6 and data[6:7] == ICMP6 and data[IPV6_SIZE : IPV6_SIZE + 1] == SOLICITATION:
                found += _asked_nd(name, device, data) if not is_incoming else ()
            else:
                found.append(Seen(name, device, is_incoming, data))
        return found


def place(
    name: str, descriptor: int, backend: Backend | None, positions: Positions, tapping: tuple[int, bool]
) -> Place:
    """`tapping`: what a tap wants to know."""
    with inside(descriptor):
        listener = Listener(backend, positions) if backend is not None else None
        try:
            return Place(name, Tap(*tapping), listener, _devices())
        except BaseException:
            if listener is not None:
                listener.close()
            raise


def _devices() -> dict[int, str]:
    channel = Channel()
    try:
        links = [rtnetlink.read_link(body) for body in channel.ask(rtnetlink.list_links())]
    finally:
        channel.close()
    return {link.index: link.dev for link in links}


def _asked_arp(name: str, device: str, data: bytes) -> list[Asked]:
    """RFC 826. Whoever asks for its own address looks for others who have it too."""
    asking, asked = data[14:18], data[24:28]
    is_request = data[6:8] == REQUEST and len(asked) == 4 and asking != asked
    return [Asked(name, device, IPv4Address(asked))] if is_request else []


def _asked_nd(name: str, device: str, data: bytes) -> list[Asked]:
    """RFC 4861, 4.3. Whoever asks without an address of its own looks for others who have it already."""
    asking, asked = data[8:24], data[IPV6_SIZE + 8 : IPV6_SIZE + 24]
    return [Asked(name, device, IPv6Address(asked))] if any(asking) and len(asked) == 16 else []
