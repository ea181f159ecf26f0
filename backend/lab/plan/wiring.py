"""Which ends hang on which cable or switch: the layer-2 part of a plan. Pure.

Two ends that are up are joined by a cable. More, or one that is down and must not take the carrier from the other,
hang on a switch. A single end is plugged into nothing but has its carrier.

The ends of a tunnel ask nobody for addresses. Of two, each gets what the other sends; of more, each knows who has which
address, and what is for nobody is lost.
"""

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.plan.naming import derived_mac
from backend.lab.plan.operation import AddNeighbor, Carrier, End, MakeBridge, MakeLink, Operation, SetLink
from backend.model.address import Address

SWITCHES = "_switches"
"""The namespace where all switches are."""
FIRST_FREE_INDEX = 1000
MANY = 64
"""A tunnel with more ends asks by ARP all the same: that each knows all others would be a lot."""


BENCH = "_bench"
"""The namespace where cables end that lead nowhere."""


class Port(Struct, frozen=True):
    """An end, and whether its device is up and has a carrier."""

    end: End
    is_up: bool = True
    has_carrier: bool = True
    is_tunnel: bool = False
    """It asks nobody for the address of the other end."""
    addresses: tuple[Address, ...] = ()


class Wiring(Struct, frozen=True):
    cables: tuple[Operation, ...] = ()
    """Links and bridges, in the order in which they are made."""
    settings: tuple[Operation, ...] = ()
    """What brings the switches up, and the tunnels into their way of asking."""
    carriers: tuple[Carrier, ...] = ()


def wire(wires: Sequence[Sequence[Port]], is_switched: bool = False) -> Wiring:
    """`is_switched`: all that is no tunnel hangs on a switch, where more ends can be plugged in later."""
    cables: list[Operation] = []
    settings: list[Operation] = []
    numbers = count(1)
    indexes = free_indexes(port.end for ports in wires for port in ports)
    for ports in wires:
        settings += _without_arp(ports)
        is_open = is_switched and not all(port.is_tunnel for port in ports)
        if _is_cable(ports) and not is_open:
            cables.append(apart(_cable(ports[0], ports[1]), indexes))
            continue
        switch = f"s{next(numbers)}"
        is_bridged = is_open or len(ports) > 1
        if is_bridged:
            cables.append(MakeBridge(SWITCHES, switch))
            settings.append(SetLink(SWITCHES, switch, is_up=True))
        for number, port in enumerate(ports, 1):
            plug = MakeLink(port.end, End(SWITCHES, f"{switch}.{number}", mtu=port.end.mtu))
            cables.append(apart(plug, indexes))
            settings += _plugged(switch, f"{switch}.{number}", port, is_bridged)
    return Wiring(tuple(cables), tuple(settings), tuple(carriers(wires)))


def bench(ports: Sequence[Port]) -> Wiring:
    """Each end on a cable of its own, which asks nobody and is answered by nobody.

    Without ARP a frame has the sender's own address, which is not that of the other end: there it is for somebody else.
    """
    indexes = free_indexes(port.end for port in ports)
    cables, settings = [], []
    for number, port in enumerate(ports, 1):
        dev = f"b{number}"
        other = End(BENCH, dev, derived_mac(BENCH, dev), port.end.mtu)
        cables.append(apart(MakeLink(port.end, other), indexes))
        settings.append(SetLink(port.end.namespace, port.end.dev, has_arp=False))
        if port.has_carrier:
            settings.append(SetLink(BENCH, dev, is_up=True))
    return Wiring(tuple(cables), tuple(settings), tuple(carriers([ports])))


def free_indexes(ends: Iterator[End]) -> Iterator[int]:
    """Above what the facts of a router count to."""
    return count(max((FIRST_FREE_INDEX, *(end.index + 1 for end in ends))))


def _is_cable(ports: Sequence[Port]) -> bool:
    return len(ports) == 2 and all(port.is_up and port.has_carrier for port in ports)


def _cable(one: Port, other: Port) -> MakeLink:
    """Without ARP the kernel writes the sender's own address on a frame: both ends of a tunnel have the same."""
    if one.is_tunnel and other.is_tunnel:
        return MakeLink(one.end, replace(other.end, mac=one.end.mac))
    return MakeLink(one.end, other.end)


def apart(link: MakeLink, indexes: Iterator[int]) -> MakeLink:
    """Both ends with an index, and never the same one: then the kernel tells at once that the carrier is there, and
    otherwise up to a second later (net/core/link_watch.c, linkwatch_urgent_event)."""
    one = link.one if link.one.index else replace(link.one, index=next(indexes))
    is_free = link.other.index not in (0, one.index)
    return MakeLink(one, link.other if is_free else replace(link.other, index=next(indexes)))


def _without_arp(ports: Sequence[Port]) -> Iterator[Operation]:
    if len(ports) > MANY or not all(port.is_tunnel for port in ports):
        return
    for port in ports:
        yield SetLink(port.end.namespace, port.end.dev, has_arp=False)
        others = [other for other in ports if other is not port] if port.is_up and not _is_cable(ports) else []
        known = {address: other.end.mac for other in reversed(others) for address in other.addresses}
        for address, mac in known.items():
            if mac is not None:
                yield AddNeighbor(port.end.namespace, port.end.dev, address, mac)


def _plugged(switch: str, dev: str, port: Port, is_bridged: bool) -> Iterator[Operation]:
    if is_bridged:
        yield SetLink(SWITCHES, dev, master=switch)
    if port.has_carrier:
        yield SetLink(SWITCHES, dev, is_up=True)


def carriers(wires: Sequence[Sequence[Port]]) -> Iterator[Carrier]:
    for ports in wires:
        for port in ports:
            if port.is_up and port.has_carrier:
                yield Carrier(port.end.namespace, port.end.dev)
