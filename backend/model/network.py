"""Routers, the segments that join them, the hosts on those segments."""

from collections.abc import Mapping

from msgspec import Struct

from backend.model.address import Address, Family, Prefix
from backend.model.firewall import Firewall
from backend.model.interface import Interface, InterfaceAddress
from backend.model.policy import PolicyRule
from backend.model.route import RoutingTable


class Location(Struct, frozen=True):
    name: str
    latitude: float | None = None
    longitude: float | None = None


class Router(Struct, frozen=True):
    name: str
    kind: str = "linux"
    """`linux`, or another make, which forwards and filters nothing."""
    interfaces: tuple[Interface, ...] = ()
    tables: tuple[RoutingTable, ...] = ()
    policy_rules: tuple[PolicyRule, ...] = ()
    """Of both families, each in the order of `ip rule show`."""
    rules_flaw: Mapping[Family, str] = {}
    """Why the policy rules of a family may be others: `policy_rules is not in the facts`."""
    firewall: Firewall = Firewall()
    sysctls: Mapping[str, str] = {}
    """Keys in path form, so that dots in interface names are no riddle: `net/ipv4/conf/eth0.100/rp_filter`."""
    vrfs: Mapping[str, int] = {}
    """VRF interface → its table, as `ip vrf show` says."""
    segments: Mapping[str, str] = {}
    """Interface → name of its segment, where the metadata says so; otherwise it is inferred from addresses."""
    location: Location | None = None
    roles: tuple[str, ...] = ()
    kernel: tuple[int, int] | None = None
    """Major and minor version."""
    file: str = ""


class Host(Struct, frozen=True):
    """A machine that is no router; what is not known of it is assumed and the trace says so."""

    name: str
    addresses: tuple[InterfaceAddress, ...]
    gateways: tuple[Address, ...] = ()


class Attachment(Struct, frozen=True, order=True):
    router: str
    interface: str


class Segment(Struct, frozen=True):
    """A shared layer-2 network (or a tunnel): who is attached may talk to each other without a router."""

    name: str
    prefixes: tuple[Prefix, ...]
    members: tuple[Attachment, ...]


class Network(Struct, frozen=True):
    name: str
    routers: tuple[Router, ...] = ()
    segments: tuple[Segment, ...] = ()
    hosts: tuple[Host, ...] = ()
    hash: str = ""
    """Of the contents of the facts: the same facts, the same network."""

    @property
    def label(self) -> str:
        return f"{self.name}@{self.hash[:8]}" if self.hash else self.name
