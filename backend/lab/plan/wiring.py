"""Which ends hang on which cable or switch: the layer-2 part of a plan. Pure.

Two ends that are up are joined by a cable. More, or one that is down and must not take the carrier from the other,
hang on a switch. A single end is plugged into nothing but has its carrier. A tunnel with two ends is a cable without
ARP; one with more is a switch like any other, with ARP, since nothing in the facts says which end has which address.
"""

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.plan.operation import Carrier, End, MakeBridge, MakeLink, Operation, SetLink

SWITCHES = "_switches"
"""The namespace where all switches are."""


FIRST_FREE_INDEX = 1000
"""Above what the facts of a router count to."""


class Port(Struct, frozen=True):
    """An end, and whether its device is up and has a carrier."""

    end: End
    is_up: bool = True
    has_carrier: bool = True
    is_tunnel: bool = False
    """It asks nobody for the address of the other end."""


class Wiring(Struct, frozen=True):
    cables: tuple[Operation, ...] = ()
    """Links and bridges, in the order in which they are made."""
    settings: tuple[Operation, ...] = ()
    """What brings the switches up."""
    carriers: tuple[Carrier, ...] = ()


def wire(segments: Sequence[Sequence[Port]]) -> Wiring:
    cables: list[Operation] = []
    settings: list[Operation] = []
    numbers = count(1)
    indexes = count(FIRST_FREE_INDEX)
    for ports in segments:
        if len(ports) == 2 and all(port.is_up and port.has_carrier for port in ports):
            cables.append(_apart(_cable(ports[0], ports[1]), indexes))
            settings += _without_arp(ports)
            continue
        switch = f"s{next(numbers)}"
        if len(ports) > 1:
            cables.append(MakeBridge(SWITCHES, switch))
            settings.append(SetLink(SWITCHES, switch, is_up=True))
        for number, port in enumerate(ports, 1):
            plug = MakeLink(port.end, End(SWITCHES, f"{switch}.{number}", mtu=port.end.mtu))
            cables.append(_apart(plug, indexes))
            settings += _plugged(switch, f"{switch}.{number}", port, is_bridged=len(ports) > 1)
    return Wiring(tuple(cables), tuple(settings), tuple(_carriers(segments)))


def _cable(one: Port, other: Port) -> MakeLink:
    """Without ARP the kernel writes the sender's own address on a frame: both ends of a tunnel have the same."""
    if one.is_tunnel and other.is_tunnel:
        return MakeLink(one.end, replace(other.end, mac=one.end.mac))
    return MakeLink(one.end, other.end)


def _apart(link: MakeLink, indexes: Iterator[int]) -> MakeLink:
    """Both ends with an index, and never the same one: then the kernel tells at once that the carrier is there, and
    otherwise up to a second later (net/core/link_watch.c, linkwatch_urgent_event)."""
    one = link.one if link.one.index else replace(link.one, index=next(indexes))
    is_free = link.other.index not in (0, one.index)
    return MakeLink(one, link.other if is_free else replace(link.other, index=next(indexes)))


def _without_arp(ports: Sequence[Port]) -> Iterator[Operation]:
    if all(port.is_tunnel for port in ports):
        for port in ports:
            yield SetLink(port.end.namespace, port.end.dev, has_arp=False)


def _plugged(switch: str, dev: str, port: Port, is_bridged: bool) -> Iterator[Operation]:
    if is_bridged:
        yield SetLink(SWITCHES, dev, master=switch)
    if port.has_carrier:
        yield SetLink(SWITCHES, dev, is_up=True)


def _carriers(segments: Sequence[Sequence[Port]]) -> Iterator[Carrier]:
    for ports in segments:
        for port in ports:
            if port.is_up and port.has_carrier:
                yield Carrier(port.end.namespace, port.end.dev)
