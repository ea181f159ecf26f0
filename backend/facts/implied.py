"""What the kernel makes of addresses by itself: the local table and the connected routes.

IPv4: fib_add_ifaddr() in net/ipv4/fib_frontend.c; IPv6: addrconf.c and anycast.c in net/ipv6.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from backend.model.address import Address, Family, Prefix, parse_prefix
from backend.model.interface import Interface, InterfaceAddress
from backend.model.route import LOCAL_TABLE, MAIN_TABLE, NextHop, Route, RouteKind, RoutingTable

SECTION = "implied"
LOOPBACK6 = IPv6Address("::1")
MULTICAST6 = IPv6Network("ff00::/8")
NO_NETWORK_BROADCAST = (5, 14)
"""From this kernel on the first address of a subnet is no broadcast address any more."""


def local_table(
    interfaces: Iterable[Interface], family: Family, kernel: tuple[int, int] | None = None, is_forwarding: bool = True
) -> RoutingTable:
    """`is_forwarding`: only routers answer to the anycast address of their IPv6 subnets (RFC 4291, 2.6.1)."""
    if family == 4:
        routes = [route for interface in interfaces for route in _local4(interface, kernel)]
    else:
        routes = [route for interface in interfaces for route in _local6(interface, is_forwarding)]
    return RoutingTable(family, LOCAL_TABLE, "local", _in_order(routes))


def connected_routes(interfaces: Iterable[Interface], family: Family) -> tuple[Route, ...]:
    """The routes with `proto kernel` of table main."""
    connected = _connected4 if family == 4 else _connected6
    return _in_order(route for interface in interfaces if interface.is_up for route in connected(interface))


def _in_order(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Sorted as `ip route show` prints them, each once; where two interfaces share a prefix the first comes first."""
    once: dict[tuple[Prefix, RouteKind, tuple[NextHop, ...]], Route] = {}
    for route in routes:
        once.setdefault((route.prefix, route.kind, route.next_hops), route)
    return tuple(sorted(once.values(), key=lambda r: (int(r.prefix.network_address), r.prefix.prefixlen)))


def _local4(interface: Interface, kernel: tuple[int, int] | None) -> Iterator[Route]:
    for entry, first in _primaries(interface):
        own = entry.address
        yield _route4(RouteKind.LOCAL, own, interface, first)
        if not interface.is_up:  # its own addresses answer all the same
            continue
        if entry.broadcast is not None and int(entry.broadcast) != 0xFFFFFFFF:
            yield _route4(RouteKind.BROADCAST, entry.broadcast, interface, first)
        subnet = entry.prefix
        if entry is not first or int(subnet.network_address) >> 24 == 0 or _is_own_host(entry):
            continue
        if interface.is_loopback and "noprefixroute" not in entry.flags:
            yield _route4(RouteKind.LOCAL, subnet, interface, first)
        if subnet.prefixlen < 31:
            if kernel is not None and kernel < NO_NETWORK_BROADCAST:
                yield _route4(RouteKind.BROADCAST, subnet.network_address, interface, first)
            yield _route4(RouteKind.BROADCAST, subnet.broadcast_address, interface, first)


def _connected4(interface: Interface) -> Iterator[Route]:
    if interface.is_loopback:
        return
    for entry, first in _primaries(interface):
        is_zero = int(entry.prefix.network_address) >> 24 == 0
        if entry is first and not is_zero and not _is_own_host(entry) and "noprefixroute" not in entry.flags:
            yield _route4(RouteKind.UNICAST, entry.prefix, interface, first)


def _is_own_host(entry: InterfaceAddress) -> bool:
    return entry.prefix_length == 32 and entry.peer in (None, entry.address)


def _primaries(interface: Interface) -> Iterator[tuple[InterfaceAddress, InterfaceAddress]]:
    """Each IPv4 address with the first one of its subnet, whose routes those of the secondary ones name as src."""
    primaries: dict[Prefix, InterfaceAddress] = {}
    for entry in interface.addresses:
        if isinstance(entry.address, IPv4Address):
            if "secondary" in entry.flags:
                yield entry, primaries.get(entry.prefix, entry)
            else:
                yield entry, primaries.setdefault(entry.prefix, entry)


def _route4(kind: RouteKind, to: Address | Prefix, interface: Interface, first: InterfaceAddress) -> Route:
    prefix = to if not isinstance(to, Address) else parse_prefix(str(to))
    scope = "host" if kind is RouteKind.LOCAL else "link"
    shown = _shown(kind, prefix)
    hops = _hops(interface, kind)
    text = f"{shown} dev {interface.name} proto kernel scope {scope} src {first.address}{_state(hops)}"
    table = MAIN_TABLE if kind is RouteKind.UNICAST else LOCAL_TABLE
    return Route(
        prefix, kind, hops, table, protocol="kernel", scope=scope, src=first.address, text=text, section=SECTION
    )


def _local6(interface: Interface, is_forwarding: bool) -> Iterator[Route]:
    for entry in _entries6(interface):
        if {"tentative", "dadfailed"} & set(entry.flags):  # another machine may have it, or has it
            continue
        yield _route6(RouteKind.LOCAL, parse_prefix(str(entry.address)), interface, 0)
        length = entry.prefix_length
        if is_forwarding and length < 127 and entry.peer is None and entry.address != LOOPBACK6:
            yield _route6(RouteKind.ANYCAST, parse_prefix(str(entry.prefix.network_address)), interface, 0)
    if interface.is_up and "MULTICAST" in interface.flags and not interface.is_loopback:
        yield _route6(RouteKind.MULTICAST, MULTICAST6, interface, 256)


def _connected6(interface: Interface) -> Iterator[Route]:
    for entry in _entries6(interface):
        if "noprefixroute" in entry.flags or entry.address == LOOPBACK6:
            continue
        if entry.peer is not None:
            yield _route6(RouteKind.UNICAST, parse_prefix(str(entry.address)), interface, 256)
        yield _route6(RouteKind.UNICAST, entry.prefix, interface, 256)


def _entries6(interface: Interface) -> Iterator[InterfaceAddress]:
    return (entry for entry in interface.addresses if isinstance(entry.address, IPv6Address))


def _route6(kind: RouteKind, prefix: Prefix, interface: Interface, metric: int) -> Route:
    hops = _hops(interface, kind)
    text = f"{_shown(kind, prefix)} dev {interface.name} proto kernel metric {metric}{_state(hops)} pref medium"
    table = MAIN_TABLE if kind is RouteKind.UNICAST else LOCAL_TABLE
    return Route(prefix, kind, hops, table, metric=metric, protocol="kernel", text=text, section=SECTION)


def _hops(interface: Interface, kind: RouteKind) -> tuple[NextHop, ...]:
    """Without carrier the kernel marks all but its own addresses (fib_sync_down_dev)."""
    is_marked = interface.is_up and not interface.has_carrier and kind is not RouteKind.LOCAL
    return (NextHop(interface.name, flags=("linkdown",) if is_marked else ()),)


def _state(hops: tuple[NextHop, ...]) -> str:
    return f" {hops[0].flags[0]}" if hops[0].flags else ""


def _shown(kind: RouteKind, prefix: Prefix) -> str:
    to = str(prefix.network_address) if prefix.prefixlen == prefix.max_prefixlen else str(prefix)
    return to if kind is RouteKind.UNICAST else f"{kind.value} {to}"
