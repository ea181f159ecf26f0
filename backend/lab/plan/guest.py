"""Machines of a lab that are no routers of the network: its hosts, and who is beyond it. Pure."""

from collections.abc import Iterator
from ipaddress import ip_address

from msgspec import Struct

from backend.lab.plan.operation import AddAddress, AddNeighbor, AddRoute, Operation, SetLink
from backend.model.address import ANY, Address, family_of
from backend.model.interface import InterfaceAddress
from backend.model.network import Attachment
from backend.model.route import NextHop, Route

DEVICE = "eth0"
NOBODY = {4: ip_address("169.254.0.1"), 6: ip_address("fe80::1")}
"""Stands for a router that has no address of the family; nobody has to answer for it."""


class Guest(Struct, frozen=True):
    name: str
    at: Attachment | None
    """Whose link it shares; None: nobody's."""
    addresses: tuple[InterfaceAddress, ...] = ()
    own: tuple[Address, ...] = ()
    """Those that are not on the link."""
    gateways: tuple[Address, ...] = ()
    router: Attachment | None = None
    """Who has the addresses of the gateways, where they are not asked for."""


def configure_guest(guest: Guest, namespace: str, mac: str | None) -> Iterator[Operation]:
    """`mac` is that of the router."""
    yield SetLink(namespace, "lo", is_up=True)
    if guest.at is None:
        return
    yield SetLink(namespace, DEVICE, is_up=True)
    for entry in guest.addresses:
        yield AddAddress(namespace, DEVICE, entry)
    for address in guest.own:
        yield AddAddress(namespace, "lo", InterfaceAddress(address, address.max_prefixlen))
    numbers = {4: 0, 6: 0}
    for gateway in guest.gateways:
        if mac is not None:
            yield AddNeighbor(namespace, DEVICE, gateway, mac)
        is_near = any(gateway in entry.prefix for entry in guest.addresses)
        hop = NextHop(DEVICE, gateway, flags=() if is_near else ("onlink",))
        # The first one is used; the others are there for who looks.
        metric = 1024 + numbers[gateway.version]
        numbers[gateway.version] += 1
        yield AddRoute(namespace, Route(ANY[family_of(gateway)], next_hops=(hop,), metric=metric, protocol="boot"))
