"""Who may have an address."""

from enum import StrEnum

from backend.model.address import Family
from backend.model.network import Network
from backend.model.verdict import Verdict
from backend.policy.edges import ends_of
from backend.policy.span import address_at
from backend.sim.network import CompiledNetwork, key_of
from backend.sim.packet import Packet
from backend.sim.place import begin


class Kind(StrEnum):
    HOST = "host"
    """Also one beyond the known network."""
    ROUTER = "router"
    NOBODY = "nobody"
    """The address of a subnet itself or its broadcast, a multicast group and the like."""
    NOWHERE = "nowhere"
    """No subnet of the network holds it, and no route leads to it."""


class World:
    """A network, compiled."""

    def __init__(self, network: Network, compiled: CompiledNetwork) -> None:
        self.network = network
        self.compiled = compiled
        self._ends = {
            (prefix.version, end)
            for router in network.routers
            for interface in router.interfaces
            for prefix in (each.prefix for each in interface.addresses)
            for end in ends_of(prefix)
        }

    def kind(self, family: Family, number: int) -> Kind:
        address = address_at(family, number)
        if key_of(address) in self.compiled.owners:
            return Kind.ROUTER
        if (family, number) in self._ends or address.is_multicast or address.is_unspecified or address.is_loopback:
            return Kind.NOBODY
        if address.is_link_local or (family == 4 and number >> 24 in (0, *range(240, 256))):
            return Kind.NOBODY
        if self.compiled.homes(family, number):
            return Kind.HOST
        packet = Packet(family, number, number, None, None, None, 0, 0, 64)
        ended = begin(self.compiled, address, packet, None).ended
        return Kind.NOWHERE if ended is not None and ended.verdict is Verdict.UNKNOWN else Kind.HOST
