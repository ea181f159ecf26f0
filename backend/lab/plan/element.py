"""An element of a set's entry, as a match of a rule. Pure."""

from collections.abc import Mapping
from ipaddress import ip_network

from msgspec import Struct

from backend.lab.error import LabError
from backend.model.address import Family
from backend.model.firewall import Match, Option

WITH_PORTS = {"tcp": "6", "udp": "17", "sctp": "132", "udplite": "136"}
ALL_BITS = 0xFFFFFFFF
FAMILY = {"inet": 4, "inet6": 6}


class ElementError(LabError):
    """No match asks for just that."""


class Part(Struct, frozen=True):
    match: Match
    first: int
    last: int
    """What it matches, as numbers."""
    protocol: str = ""
    """Of which the rule has to be."""
    is_mark: bool = False

    def is_apart(self, other: "Part") -> bool:
        """Whether no packet matches both."""
        return self.protocol != other.protocol or self.last < other.first or other.last < self.first


def dimensions(kind: str, options: Mapping[str, tuple[str, ...]], family: Family) -> list[str]:
    """What the elements of `hash:net,port,net` are; ElementError where a rule of this family never matches."""
    method, _, names = kind.partition(":")
    known = names.split(",")
    if method != "hash" or any(name not in ("ip", "net", "port", "mac", "mark") for name in known):
        raise ElementError(f"no rule stands for a set of type {kind}")
    if known != ["mac"] and FAMILY.get(options.get("family", ("inet",))[0]) != family:
        raise ElementError(f"a set of IPv{10 - family} matches no packet of IPv{family}")
    return known


def part(kind: str, text: str, flag: str, options: Mapping[str, tuple[str, ...]]) -> Part:
    """`flag`: src or dst, the side of the packet that is asked for."""
    try:
        match kind:
            case "port":
                return _port(text, flag)
            case "mac":
                return _mac(text, flag)
            case "mark":
                return _mark(text, options.get("markmask", (hex(ALL_BITS),))[0])
            case _:
                return _address(text, flag)
    except ValueError:
        raise ElementError(f"expected {kind} and not {text}") from None


def _address(text: str, flag: str) -> Part:
    prefix = ip_network(text, strict=False)
    first, last = prefix[0], prefix[-1]
    return Part(_match("iprange", f"--{flag}-range", f"{first}-{last}"), int(first), int(last))


def _port(text: str, flag: str) -> Part:
    protocol, _, ports = text.rpartition(":")
    if protocol not in WITH_PORTS:
        raise ElementError(f"no rule stands for the port {text}")
    first, _, last = ports.partition("-")
    begin, end = int(first), int(last or first)
    ports = f"{begin}:{end}" if last else str(begin)
    return Part(_match("multiport", "--sports" if flag == "src" else "--dports", ports), begin, end, protocol)


def _mac(text: str, flag: str) -> Part:
    if flag != "src":
        raise ElementError("no rule asks for the MAC address that a packet is sent to")
    number = int(text.replace(":", ""), 16)
    return Part(_match("mac", "--mac-source", text), number, number)


def _mark(text: str, mask: str) -> Part:
    bits = int(mask, 0)
    number = int(text, 0) & bits
    return Part(_match("mark", "--mark", f"{number:#x}/{bits:#x}"), number, number, is_mark=True)


def _match(module: str, option: str, value: str) -> Match:
    return Match(module, (Option(option, (value,)),))
