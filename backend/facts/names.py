"""Names that iproute2 prints for numbers, as its tables in /etc/iproute2 and /etc/protocols have them."""

from backend.facts.error import LineError
from backend.facts.words import number
from backend.model.flow import PROTOCOLS
from backend.model.route import DEFAULT_TABLE, LOCAL_TABLE, MAIN_TABLE
from backend.model.services import PORTS

TABLES = {"local": LOCAL_TABLE, "main": MAIN_TABLE, "default": DEFAULT_TABLE, "unspec": 0}

ROUTE_PROTOCOLS = {
    0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated", 9: "ra", 10: "mrt", 11: "zebra",
    12: "bird", 13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 17: "mrouted", 18: "keepalived", 42: "babel",
    99: "openr", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
}  # fmt: skip

SCOPES = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}

IP_PROTOCOLS = {
    "ip": 0, "hopopt": 0, "ggp": 3, "ipencap": 4, "st": 5, "igp": 9, "pup": 12, "hmp": 20, "xns-idp": 22, "rdp": 27,
    "iso-tp4": 29, "xtp": 36, "ddp": 37, "idpr-cmtp": 38, "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46,
    "skip": 57, "icmpv6": 58, "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ax.25": 93,
    "ipip": 94, "etherip": 97, "encap": 98, "ipcomp": 108, "isis": 124, "fc": 133, "mobility-header": 135, "mh": 135,
    "mpls-in-ip": 137, "manet": 138, "hip": 139, "shim6": 140, "wesp": 141, "rohc": 142, "ethernet": 143, "mptcp": 262,
} | {name: value for name, value in PROTOCOLS.items() if name != "ipip"}  # fmt: skip
"""In /etc/protocols `ipip` is 94; protocol 4, which the kernel calls IPIP, is `ipencap` there."""

_DSCP = {f"CS{n}": n << 5 for n in range(1, 8)} | {
    f"AF{c}{d}": c << 5 | d << 3 for c in range(1, 5) for d in range(1, 4)
}
TOS = {name.lower(): value for name, value in _DSCP.items()} | {
    "default": 0x00, "ef": 0xB8, "lowdelay": 0x10, "throughput": 0x08, "reliability": 0x04, "mincost": 0x02,
    "le": 0x04, "voice-admit": 0xB0,
    "priority": 0x20, "immediate": 0x40, "flash": 0x60, "flash-override": 0x80, "critical": 0xA0, "internet": 0xC0,
    "network": 0xE0,
}  # fmt: skip


def port(text: str) -> int:
    named = PORTS.get(text.lower())
    value = number(text, "a port") if named is None else named
    if value > 0xFFFF:
        raise LineError(f"expected a port up to 65535, not {text[:40]!r}")
    return value


def tos(text: str) -> int:
    """A number without `0x` is hexadecimal too: iproute2, rtnl_dsfield_a2n()."""
    named = TOS.get(text.lower())
    value = number(text, "a type of service", 16) if named is None else named
    if value > 0xFF:
        raise LineError(f"expected a type of service below 0x100, not {text[:40]!r}")
    return value


def ip_protocol(text: str) -> int:
    named = IP_PROTOCOLS.get(text.lower())
    return number(text.removeprefix("ipproto-"), "an IP protocol", 0) if named is None else named


def route_protocol(text: str) -> str:
    """By name, as it is printed; `ip -N` prints numbers."""
    return ROUTE_PROTOCOLS.get(int(text), text) if text.isdecimal() and len(text) < 4 else text


def scope(text: str) -> str:
    return SCOPES.get(int(text), text) if text.isdecimal() and len(text) < 4 else text
