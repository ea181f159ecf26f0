"""Routes, policy rules and addresses as arguments of `ip`.

They are written from parsed values, never from the text of the facts, so that nothing in the facts can add a command.
"""

from backend.facts.names import ROUTE_PROTOCOLS
from backend.lab.error import LabError
from backend.model.address import Address, Prefix
from backend.model.interface import InterfaceAddress
from backend.model.policy import PolicyRule, RuleAction
from backend.model.route import NextHop, Route, RouteKind

RESERVED = frozenset(("all", "default"))
"""Directories of /proc/sys/net/ipv4/conf: sysctl_dev_name_is_allowed in include/linux/inetdevice.h."""
SPACES = frozenset(b"\t\n\v\f\r \xa0")
"""isspace() of lib/ctype.c, byte by byte."""
PROTOCOL_NUMBERS = {name: number for number, name in ROUTE_PROTOCOLS.items()}
HIGHEST_TABLE = 0xFFFFFFFF
SPARE_TABLES = 0xF0000000
"""Tables whose number the facts do not tell are counted above what the kernel has; here they get one that it has."""


def device_flaw(name: str) -> str:
    """Why the kernel has no device of that name: dev_valid_name and __dev_alloc_name in net/core/dev.c."""
    raw = name.encode(errors="replace")
    if not 0 < len(raw) < 16:
        return "the name of a device has 1 to 15 bytes"
    if name in (".", "..", *RESERVED) or SPACES.intersection(raw) or set("/:%\0").intersection(name):
        return "the kernel has no device of that name"
    return ""


def device(name: str) -> str:
    if device_flaw(name):
        raise LabError(f"expected the name of an interface, not {name!r}")
    return name


def table_number(number: int) -> int:
    return number if number <= HIGHEST_TABLE else SPARE_TABLES + number % 0x0FFFFFFF


def address(entry: InterfaceAddress, dev: str, has_route: bool) -> str:
    """Without its connected route where the facts do not have that route."""
    words = ["address add"]
    if entry.peer is None:
        words.append(f"{entry.address}/{entry.prefix_length}")
    else:
        words.append(f"{entry.address} peer {entry.peer}/{entry.prefix_length}")
    if entry.broadcast is not None:
        words.append(f"broadcast {entry.broadcast}")
    if entry.address.version == 4 and entry.scope in ("global", "link", "host", "site"):
        words.append(f"scope {entry.scope}")
    words.append(f"dev {device(dev)}")
    return " ".join(words + ([] if has_route else ["noprefixroute"]))


def route(value: Route) -> str:
    version = value.prefix.version
    words = ["route add"]
    if value.kind is not RouteKind.UNICAST:
        words.append(value.kind.value)
    words.append(_prefix(value.prefix))
    if value.from_prefix is not None:
        words.append(f"from {value.from_prefix}")
    if value.tos:
        words.append(f"tos {value.tos:#x}")
    words.append(f"table {table_number(value.table)}")
    if value.protocol in PROTOCOL_NUMBERS or value.protocol.isdecimal():
        words.append(f"proto {PROTOCOL_NUMBERS.get(value.protocol, value.protocol)}")
    if version == 4 and value.scope in ("global", "link", "host", "site", "nowhere"):
        words.append(f"scope {value.scope}")
    if value.src is not None:
        words.append(f"src {value.src}")
    if value.metric:
        words.append(f"metric {value.metric}")
    return " ".join([*words, *_hops(value)])


def _hops(value: Route) -> list[str]:
    version = value.prefix.version
    if value.kind not in (
        RouteKind.UNICAST,
        RouteKind.LOCAL,
        RouteKind.BROADCAST,
        RouteKind.ANYCAST,
        RouteKind.MULTICAST,
    ):
        return []
    if len(value.next_hops) == 1:
        return [_hop(value.next_hops[0], version)]
    return [f"nexthop {_hop(hop, version)} weight {hop.weight}" for hop in value.next_hops]


def _hop(hop: NextHop, version: int) -> str:
    words = []
    if hop.via is not None:
        words.append(f"via {_via(hop.via, version)}")
    if hop.dev is not None:
        words.append(f"dev {device(hop.dev)}")
    return " ".join(words + (["onlink"] if "onlink" in hop.flags else []))


def _via(via: Address, version: int) -> str:
    return str(via) if via.version == version else f"inet{'6' if via.version == 6 else ''} {via}"


def _prefix(prefix: Prefix) -> str:
    return "default" if prefix.prefixlen == 0 else str(prefix)


def policy_rule(rule: PolicyRule, verb: str = "add") -> str:
    words = [f"rule {verb}"]
    words += ["not"] if rule.inverted else []
    words.append(f"from {_selected(rule.source)}")
    words += [f"to {rule.destination}"] if rule.destination is not None else []
    words += [f"iif {device(rule.iif)}"] if rule.iif is not None else []
    words += [f"oif {device(rule.oif)}"] if rule.oif is not None else []
    words += [f"fwmark {rule.fwmark:#x}/{rule.fwmask:#x}"] if rule.fwmark is not None else []
    words += [f"tos {rule.tos:#x}"] if rule.tos is not None else []
    words += [f"ipproto {rule.protocol}"] if rule.protocol is not None else []
    for name, ports in (("sport", rule.source_ports), ("dport", rule.destination_ports), ("uidrange", rule.uids)):
        words += [f"{name} {ports[0]}-{ports[1]}"] if ports is not None else []
    words += [f"tun_id {rule.tunnel_id}"] if rule.tunnel_id is not None else []
    words.append(f"priority {rule.priority}")
    return " ".join([*words, *_action(rule)])


def _selected(prefix: Prefix | None) -> str:
    return "all" if prefix is None else str(prefix)


def _action(rule: PolicyRule) -> list[str]:
    if rule.is_l3mdev:
        return ["l3mdev"]
    if rule.action is RuleAction.GOTO:
        return [f"goto {rule.goto}"]
    if rule.action is not RuleAction.LOOKUP:
        return [rule.action.value]
    words = [f"lookup {table_number(rule.table or 0)}"]
    if rule.suppress_prefixlength is not None:
        words.append(f"suppress_prefixlength {rule.suppress_prefixlength}")
    if rule.suppress_ifgroup is not None:
        words.append(f"suppress_ifgroup {rule.suppress_ifgroup}")
    return words
