"""Links, addresses, routes and policy rules as netlink messages. Pure.

include/uapi/linux: rtnetlink.h, if_link.h, if_addr.h, neighbour.h, fib_rules.h.
"""

import struct
from collections.abc import Mapping
from ipaddress import ip_address

from msgspec import Struct

from backend.facts.names import ROUTE_PROTOCOLS
from backend.lab.kernel import netlink
from backend.lab.kernel.netlink import CREATE, EXCLUSIVE, REPLACE, Message, attribute, nested, number, text
from backend.model.address import Address, Prefix
from backend.model.interface import InterfaceAddress
from backend.model.policy import PolicyRule, RuleAction
from backend.model.route import NextHop, Route, RouteKind

NEW_LINK, DELETE_LINK, GET_LINK, NEW_ADDRESS, NEW_ROUTE, GET_ROUTE = 16, 17, 18, 20, 24, 26
NEW_NEIGHBOR, NEW_RULE, DELETE_RULE, GET_RULE = 28, 32, 33, 34
SET_NEIGHBOR_TABLE = 67
INET, INET6 = 2, 10
IFF_UP, IFF_NOARP = 0x1, 0x80
OPERSTATE, OPERSTATE_UP = 16, 6
NO_PREFIX_ROUTE = 0x200
PERMANENT = 0x80
ADDRESS_GENERATION_NONE = 1
INVERT = 0x2
ONLINK = 0x4
LOOKUP_TABLE = 0x1000
PROTOCOLS = {name: number for number, name in ROUTE_PROTOCOLS.items()}
SCOPES = {"global": 0, "site": 200, "link": 253, "host": 254, "nowhere": 255}
KINDS = {
    RouteKind.UNICAST: 1, RouteKind.LOCAL: 2, RouteKind.BROADCAST: 3, RouteKind.ANYCAST: 4, RouteKind.MULTICAST: 5,
    RouteKind.BLACKHOLE: 6, RouteKind.UNREACHABLE: 7, RouteKind.PROHIBIT: 8, RouteKind.THROW: 9,
}  # fmt: skip
ACTIONS = {
    RuleAction.LOOKUP: 1, RuleAction.GOTO: 2, RuleAction.NOP: 3, RuleAction.BLACKHOLE: 6,
    RuleAction.UNREACHABLE: 7, RuleAction.PROHIBIT: 8,
}  # fmt: skip


def _family(address: Address | Prefix) -> int:
    return INET if address.version == 4 else INET6


def _link(index: int = 0, flags: int = 0, change: int = 0, family: int = 0) -> bytes:
    return struct.pack("=BxHiII", family, 0, index, flags, change)


class Veth(Struct, frozen=True):
    """One end of a cable, as the kernel wants it told; a descriptor says in which namespace it is made."""

    dev: str
    namespace: int
    mac: str | None = None
    mtu: int = 1500
    index: int = 0


def make_cable(one: Veth, other: Veth) -> Message:
    peer = attribute(1, _link(other.index) + _end(other))  # VETH_INFO_PEER
    kind = nested(18, text(1, "veth"), nested(2, peer))  # IFLA_LINKINFO: INFO_KIND, INFO_DATA
    return Message(NEW_LINK, CREATE | EXCLUSIVE, _link(one.index) + _end(one) + kind)


def _end(end: Veth) -> bytes:
    mac = attribute(1, bytes.fromhex(end.mac.replace(":", ""))) if end.mac else b""
    return text(3, end.dev) + number(28, end.namespace) + number(4, end.mtu) + mac


def make_bridge(dev: str) -> Message:
    data = nested(2, attribute(23, b"\0"))  # IFLA_BR_MCAST_SNOOPING
    return Message(NEW_LINK, CREATE | EXCLUSIVE, _link() + text(3, dev) + nested(18, text(1, "bridge"), data))


def set_link(
    index: int, flags: int = 0, change: int = 0, master: int | None = None, group: int | None = None
) -> Message:
    """Flags as in `change` become those of `flags`."""
    more = b"" if master is None else number(10, master)
    more += b"" if group is None else number(27, group)
    return Message(NEW_LINK, 0, _link(index, flags, change) + more)


def delete_link(dev: str) -> Message:
    """And the other end, if it is a cable."""
    return Message(DELETE_LINK, 0, _link() + text(3, dev))


def without_generated_addresses(index: int) -> Message:
    mode = nested(INET6, attribute(8, bytes([ADDRESS_GENERATION_NONE])))  # IFLA_INET6_ADDR_GEN_MODE
    return Message(NEW_LINK, 0, _link(index) + nested(26, mode))  # IFLA_AF_SPEC


def set_patience(index: int, family: int, retry_ms: int) -> Message:
    """How long a device waits for a neighbour's answer before it asks again; it gives up when it has asked thrice. As a
    proxy it lets those answer first who have the address, but not so long that it is asked again.

    By netlink, since of namespaces of ordinary users the kernel does not show these settings as files.
    """
    table = "arp_cache" if family == INET else "ndisc_cache"
    times = attribute(5, struct.pack("=Q", retry_ms)) + attribute(13, struct.pack("=Q", retry_ms // 2))
    parameters = nested(6, number(1, index), times)  # NDTA_PARMS: IFINDEX, RETRANS_TIME, PROXY_DELAY
    return Message(SET_NEIGHBOR_TABLE, 0, struct.pack("=BxH", family, 0) + text(1, table) + parameters)


def list_links() -> Message:
    return Message(GET_LINK, netlink.DUMP, _link())


def get_link(index: int) -> Message:
    return Message(GET_LINK, 0, _link(index))


class Link(Struct, frozen=True):
    dev: str
    index: int
    is_ready: bool
    """Its carrier is there: what is sent now is not lost."""


def read_link(body: bytes) -> Link:
    (index,) = struct.unpack_from("=i", body, 4)
    said = netlink.attributes(body[16:])
    return Link(said[3].rstrip(b"\0").decode(), index, said.get(OPERSTATE, b"\0")[0] == OPERSTATE_UP)


def add_address(index: int, entry: InterfaceAddress, has_route: bool) -> Message:
    """Without its connected route where the facts do not have that route."""
    scope = SCOPES.get(entry.scope, 0) if entry.address.version == 4 else 0
    flags = 0 if has_route else NO_PREFIX_ROUTE
    head = struct.pack("=BBBBI", _family(entry.address), entry.prefix_length, 0, scope, index)
    body = attribute(2, entry.address.packed) + attribute(1, (entry.peer or entry.address).packed)
    body += attribute(4, entry.broadcast.packed) if entry.broadcast is not None else b""
    return Message(NEW_ADDRESS, CREATE | EXCLUSIVE, head + body + number(8, flags))


def add_neighbor(index: int, address: Address, mac: str) -> Message:
    head = struct.pack("=BxxxiHBB", _family(address), index, PERMANENT, 0, 0)
    body = attribute(1, address.packed) + attribute(2, bytes.fromhex(mac.replace(":", "")))
    return Message(NEW_NEIGHBOR, CREATE | REPLACE, head + body)


def add_route(route: Route, table: int, indexes: Mapping[str, int]) -> Message:
    """KeyError names a device that is not there."""
    version = route.prefix.version
    scope = SCOPES.get(route.scope, 0) if version == 4 else 0
    source = route.from_prefix
    hops = route.next_hops if KINDS[route.kind] < KINDS[RouteKind.BLACKHOLE] else ()
    flags = ONLINK if len(hops) == 1 and "onlink" in hops[0].flags else 0
    head = struct.pack(
        "=BBBBBBBBI", _family(route.prefix), route.prefix.prefixlen, source.prefixlen if source else 0, route.tos,
        0, _protocol(route.protocol), scope, KINDS[route.kind], flags,
    )  # fmt: skip
    body = number(15, table)
    body += attribute(1, route.prefix.network_address.packed) if route.prefix.prefixlen else b""
    body += attribute(2, source.network_address.packed) if source else b""
    body += attribute(7, route.src.packed) if route.src is not None else b""
    body += number(6, route.metric) if route.metric else b""
    if len(hops) == 1:
        body += _way(hops[0], version) + (number(4, indexes[hops[0].dev]) if hops[0].dev is not None else b"")
    elif hops:
        body += attribute(9, b"".join(_next_hop(hop, version, indexes) for hop in hops))
    return Message(NEW_ROUTE, CREATE | EXCLUSIVE, head + body)


class Asked(Struct, frozen=True):
    """A packet whose route is asked for."""

    source: Address
    destination: Address
    incoming: int = 0
    """The index of the device on which it comes; 0: the machine sends it itself."""
    mark: int = 0
    tos: int = 0
    protocol: int = 0
    source_port: int = 0
    destination_port: int = 0


class Found(Struct, frozen=True):
    kind: int
    """As in KINDS."""
    outgoing: int
    via: Address | None
    table: int


def get_route(asked: Asked) -> Message:
    width = asked.destination.max_prefixlen
    # Of IPv4 what the kernel lets one ask for (inet_validate_rtm in net/ipv4/route.c), of IPv6 all that rules look at.
    tos = asked.tos & (0x1C if width == 32 else 0xFC)
    head = struct.pack("=BBBBBBBBI", _family(asked.destination), width, width, tos, 0, 0, 0, 0, LOOKUP_TABLE)
    parts = [
        attribute(1, asked.destination.packed),
        attribute(2, asked.source.packed),
        number(3, asked.incoming) if asked.incoming else b"",
        number(16, asked.mark) if asked.mark else b"",
        attribute(27, bytes([asked.protocol])) if asked.protocol in (1, 6, 17, 58) else b"",
        attribute(28, struct.pack(">H", asked.source_port)) if asked.source_port else b"",
        attribute(29, struct.pack(">H", asked.destination_port)) if asked.destination_port else b"",
    ]
    return Message(GET_ROUTE, 0, head + b"".join(parts))


def read_route(body: bytes) -> Found:
    said = netlink.attributes(body[12:])
    via = said.get(5) or said.get(18, b"")[2:]
    address = ip_address(via) if via else None
    table = int.from_bytes(said.get(15, body[4:5]), "little")
    return Found(body[7], int.from_bytes(said.get(4, b""), "little"), address, table)


def _protocol(name: str) -> int:
    return PROTOCOLS.get(name, int(name) if name.isdecimal() and int(name) < 256 else PROTOCOLS["boot"])


def _way(hop: NextHop, version: int) -> bytes:
    if hop.via is None:
        return b""
    if hop.via.version == version:
        return attribute(5, hop.via.packed)
    return attribute(18, struct.pack("=H", _family(hop.via)) + hop.via.packed)  # RTA_VIA


def _next_hop(hop: NextHop, version: int, indexes: Mapping[str, int]) -> bytes:
    way = _way(hop, version)
    flags = ONLINK if "onlink" in hop.flags else 0
    index = indexes[hop.dev] if hop.dev is not None else 0
    return struct.pack("=HBBi", 8 + len(way), flags, hop.weight - 1, index) + way


def add_rule(rule: PolicyRule, table: int) -> Message:
    return Message(NEW_RULE, CREATE | EXCLUSIVE, _rule(rule, table))


def delete_rule(rule: PolicyRule, table: int) -> Message:
    return Message(DELETE_RULE, 0, _rule(rule, table))


def list_rules(version: int) -> Message:
    return Message(GET_RULE, netlink.DUMP, struct.pack("=B11x", INET if version == 4 else INET6))


def repeat_rule(body: bytes) -> Message:
    """As the kernel has told it."""
    return Message(NEW_RULE, CREATE | EXCLUSIVE, body)


def remove_rule(body: bytes) -> Message:
    return Message(DELETE_RULE, 0, body)


def _rule(rule: PolicyRule, table: int) -> bytes:
    source, destination = rule.source, rule.destination
    head = struct.pack(
        "=BBBBBBBBI", INET if rule.family == 4 else INET6, destination.prefixlen if destination else 0,
        source.prefixlen if source else 0, rule.tos or 0, 0, 0, 0, ACTIONS[rule.action], INVERT if rule.inverted else 0,
    )  # fmt: skip
    parts = [
        attribute(1, destination.network_address.packed) if destination else b"",
        attribute(2, source.network_address.packed) if source else b"",
        text(3, rule.iif) if rule.iif is not None else b"",
        text(17, rule.oif) if rule.oif is not None else b"",
        number(4, rule.goto) if rule.goto is not None else b"",
        number(6, rule.priority),
        number(10, rule.fwmark) + number(16, rule.fwmask) if rule.fwmark is not None else b"",
        attribute(12, struct.pack(">Q", rule.tunnel_id)) if rule.tunnel_id is not None else b"",
        number(14, rule.suppress_prefixlength) if rule.suppress_prefixlength is not None else b"",
        number(13, group_number(rule.suppress_ifgroup)) if rule.suppress_ifgroup is not None else b"",
        number(15, table) if rule.action is RuleAction.LOOKUP and not rule.is_l3mdev else b"",
        attribute(19, b"\1") if rule.is_l3mdev else b"",
        attribute(20, struct.pack("=II", *rule.uids)) if rule.uids is not None else b"",
        attribute(22, bytes([rule.protocol])) if rule.protocol is not None else b"",
        attribute(23, struct.pack("=HH", *rule.source_ports)) if rule.source_ports is not None else b"",
        attribute(24, struct.pack("=HH", *rule.destination_ports)) if rule.destination_ports is not None else b"",
    ]
    return head + b"".join(parts)


def group_number(name: str) -> int:
    """Of an interface group; names of groups are not in the facts."""
    if name == "default":
        return 0
    if not name.isdecimal():
        raise ValueError(f"the number of group {name} is not known")
    return int(name)
