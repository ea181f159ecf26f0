"""Which ends hang on which cable or switch: the layer-2 part of a plan. Pure.

Two ends that are up are joined by a cable. More, or one that is down and must not take the carrier from the other,
hang on a switch. A single end is plugged into nothing but has its carrier. A tunnel with two ends is a cable without
ARP; one with more is a switch like any other, with ARP, since nothing in the facts says which end has which address.
"""

from collections.abc import Iterator, Sequence
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.operation import Carrier, Configure, End, MakeBridge, MakeLink, Operation

SWITCHES = "_switches"
"""The namespace where all switches are."""


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
    for ports in segments:
        if len(ports) == 2 and all(port.is_up and port.has_carrier for port in ports):
            cables.append(_cable(ports[0], ports[1]))
            settings += _without_arp(ports)
            continue
        switch = f"s{next(numbers)}"
        if len(ports) > 1:
            cables.append(MakeBridge(SWITCHES, switch))
            settings.append(Configure(SWITCHES, f"link set dev {switch} up"))
        for number, port in enumerate(ports, 1):
            cables.append(MakeLink(port.end, End(SWITCHES, f"{switch}.{number}", mtu=port.end.mtu)))
            settings += _plugged(switch, f"{switch}.{number}", port, is_bridged=len(ports) > 1)
    return Wiring(tuple(cables), tuple(settings), tuple(_carriers(segments)))


def _cable(one: Port, other: Port) -> MakeLink:
    """Without ARP the kernel writes the sender's own address on a frame: both ends of a tunnel have the same."""
    if one.is_tunnel and other.is_tunnel:
        return MakeLink(one.end, replace(other.end, mac=one.end.mac))
    return MakeLink(one.end, other.end)


def _without_arp(ports: Sequence[Port]) -> Iterator[Operation]:
    if all(port.is_tunnel for port in ports):
        for port in ports:
            yield Configure(port.end.namespace, f"link set dev {port.end.dev} arp off")


def _plugged(switch: str, dev: str, port: Port, is_bridged: bool) -> Iterator[Operation]:
    if is_bridged:
        yield Configure(SWITCHES, f"link set dev {dev} master {switch}")
    if port.has_carrier:
        yield Configure(SWITCHES, f"link set dev {dev} up")


def _carriers(segments: Sequence[Sequence[Port]]) -> Iterator[Carrier]:
    for ports in segments:
        for port in ports:
            if port.is_up and port.has_carrier:
                yield Carrier(port.end.namespace, port.end.dev)
