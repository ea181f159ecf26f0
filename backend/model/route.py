"""Routes and the tables that hold them."""

from enum import StrEnum

from msgspec import Struct

from backend.model.address import Address, Family, Prefix

LOCAL_TABLE = 255
MAIN_TABLE = 254
DEFAULT_TABLE = 253


class RouteKind(StrEnum):
    UNICAST = "unicast"
    LOCAL = "local"
    BROADCAST = "broadcast"
    MULTICAST = "multicast"
    ANYCAST = "anycast"
    THROW = "throw"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"
    BLACKHOLE = "blackhole"


class NextHop(Struct, frozen=True):
    """One way out: `via` is empty for a route to the link itself. `via` may be of the other family (RFC 5549)."""

    dev: str | None = None
    via: Address | None = None
    weight: int = 1
    flags: tuple[str, ...] = ()
    """onlink, dead, linkdown, pervasive, offload …"""


class Route(Struct, frozen=True):
    prefix: Prefix
    kind: RouteKind = RouteKind.UNICAST
    next_hops: tuple[NextHop, ...] = ()
    table: int = MAIN_TABLE
    tos: int = 0
    metric: int = 0
    protocol: str = "boot"
    scope: str = "global"
    src: Address | None = None
    from_prefix: Prefix | None = None
    """`from` of a source-specific IPv6 route."""
    text: str = ""
    section: str = ""
    line: int = 0


class RoutingTable(Struct, frozen=True):
    family: Family
    id: int
    name: str
    routes: tuple[Route, ...] = ()
    flaw: str = ""
    """Why there may be routes that are not here: `is cut off`."""
