"""A flow: the packet whose fate is asked for."""

from msgspec import Struct

from backend.model.address import Address

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipip": 4, "tcp": 6, "egp": 8, "udp": 17, "dccp": 33, "ipv6": 41, "gre": 47, "esp": 50,
    "ah": 51, "ipv6-icmp": 58, "ospf": 89, "pim": 103, "vrrp": 112, "l2tp": 115, "sctp": 132, "udplite": 136,
}  # fmt: skip
PROTOCOL_NAMES = {number: name for name, number in PROTOCOLS.items()}
PORT_PROTOCOLS = frozenset((6, 17, 33, 132, 136))


class Flow(Struct, frozen=True):
    """What is None is not said: rules that ask for it do not match, as with a packet that has no such field."""

    source: Address
    destination: Address
    protocol: int | None = None
    source_port: int | None = None
    destination_port: int | None = None
    mark: int = 0
    tos: int = 0
    ttl: int = 64


class Service(Struct, frozen=True, order=True):
    protocol: str
    port: int
