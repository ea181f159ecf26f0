"""What `ip addr show` says of one interface."""

from ipaddress import IPv4Address, ip_network

from msgspec import Struct

from backend.model.address import Address, Prefix


class InterfaceAddress(Struct, frozen=True):
    address: Address
    prefix_length: int
    peer: Address | None = None
    broadcast: IPv4Address | None = None
    scope: str = "global"
    flags: tuple[str, ...] = ()
    """Words that iproute2 prints behind the scope: secondary, dynamic, deprecated, tentative, noprefixroute …"""

    @property
    def prefix(self) -> Prefix:
        """The subnet that this address puts on the link: the peer's where there is one."""
        return ip_network((self.peer or self.address, self.prefix_length), strict=False)

    @property
    def text(self) -> str:
        return f"{self.address}/{self.prefix_length}"


class Interface(Struct, frozen=True):
    name: str
    """Without the `@parent` that iproute2 appends, since routes and rules name it so."""
    index: int = 0
    flags: tuple[str, ...] = ("BROADCAST", "MULTICAST", "UP", "LOWER_UP")
    mtu: int = 1500
    state: str = "UP"
    group: str = "default"
    """A name or number, as iproute2 prints it; policy rules may suppress routes through a group."""
    link: str = "ether"
    """The link type: ether, loopback, none, ppp, sit …"""
    mac: str | None = None
    parent: str | None = None
    """What stands behind the `@`: `eth0` of `eth0.100@eth0`, `if5` of `eth0@if5`."""
    master: str | None = None
    addresses: tuple[InterfaceAddress, ...] = ()
    line: int = 0

    @property
    def is_up(self) -> bool:
        return "UP" in self.flags

    @property
    def has_carrier(self) -> bool:
        """An interface whose state is unknown (tunnels) counts as having one, as it does for the kernel's routes."""
        return "LOWER_UP" in self.flags or ("NO-CARRIER" not in self.flags and self.state != "DOWN")

    @property
    def is_loopback(self) -> bool:
        return "LOOPBACK" in self.flags

    @property
    def has_neighbors(self) -> bool:
        """Whether next hops are asked for by ARP or neighbour discovery; a tunnel has one other end and asks nobody."""
        return not ({"NOARP", "POINTOPOINT", "LOOPBACK"} & set(self.flags))
