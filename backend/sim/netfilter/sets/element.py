"""The parts of an element, from text to numbers and back.

Each text gives one or more pairs of value and length: a range is several. The length is that of a prefix, and the
width of the value where the part is no network.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, summarize_address_range

from backend.model.address import Family
from backend.sim.netfilter.protocols import PROTOCOLS
from backend.sim.netfilter.sets.names import ICMP, ICMPV6

ADDRESS_WIDTH: dict[Family, int] = {4: 32, 6: 128}
WIDTH = {"port": 24, "number": 16, "mac": 48, "mark": 32}
WITH_PORTS = frozenset((6, 17, 132, 136))
"""ip_set_proto_with_ports() of include/linux/netfilter/ipset/ip_set_getport.h."""
ICMP_OF: dict[Family, int] = {4: 1, 6: 58}
MANY = 1 << 16
"""More than a set holds unless it is told to (IPSET_DEFAULT_MAXELEM)."""

Piece = tuple[int, int]
Reader = Callable[[str], Sequence[Piece]]


class ElementError(ValueError):
    """No element of that type."""


def reader(part: str, family: Family) -> Reader:
    match part:
        case "ip":
            return lambda text: _addresses(text, family)
        case "net":
            return lambda text: _networks(text, family)
        case "port":
            return lambda text: _ports(text, family)
        case "number":
            return _numbers
        case "mark":
            return _mark
        case "mac":
            return _mac
    raise ElementError(f"{part} is no part of an element")


def width(part: str, family: Family) -> int:
    return WIDTH.get(part) or ADDRESS_WIDTH[family]


def prefix_mask(length: int, bits: int) -> int:
    return (1 << bits) - (1 << bits - length)


def _address(text: str, family: Family) -> int:
    try:
        return int(IPv4Address(text)) if family == 4 else int(IPv6Address(text))
    except ValueError:
        raise ElementError(f"{text} is no address of IPv{family}") from None


def _number(text: str, last: int) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value <= last:
        raise ElementError(f"{text} is no number from 0 to {last}")
    return value


def _addresses(text: str, family: Family) -> Sequence[Piece]:
    if "/" not in text and "-" not in text:
        return ((_address(text, family), ADDRESS_WIDTH[family]),)
    found: list[Piece] = []
    bits = ADDRESS_WIDTH[family]
    for first, length in _networks(text, family):
        if len(found) + (1 << bits - length) > MANY:
            raise ElementError(f"{text} are more than {MANY} addresses")
        found += ((first + each, bits) for each in range(1 << bits - length))
    return found


def _networks(text: str, family: Family) -> Sequence[Piece]:
    bits = ADDRESS_WIDTH[family]
    if "-" in text:
        low, _, high = text.partition("-")
        first, last = sorted((_address(low, family), _address(high, family)))
        ends = (IPv4Address(first), IPv4Address(last)) if family == 4 else (IPv6Address(first), IPv6Address(last))
        return [(int(each.network_address), each.prefixlen) for each in summarize_address_range(*ends)]
    base, _, length_text = text.partition("/")
    length = _number(length_text, bits) if length_text else bits
    return ((_address(base, family) & prefix_mask(length, bits), length),)


def _ports(text: str, family: Family) -> Sequence[Piece]:
    """Protocol and port in one number; only some protocols have a port (hash_ipport4_uadt() and the like)."""
    name, _, ports = text.rpartition(":")
    protocol = protocol_number(name or "tcp")
    if protocol in WITH_PORTS:
        return [(protocol << 16 | port, 24) for port, _ in _numbers(ports)]
    if protocol == ICMP_OF[family]:
        return ((protocol << 16 | _icmp(ports, ICMP if family == 4 else ICMPV6), 24),)
    return ((protocol << 16, 24),)


def protocol_number(name: str) -> int:
    number = PROTOCOLS.get(name.lower())
    return _number(name, 255) if number is None else number


def _icmp(text: str, names: dict[str, tuple[int, int]]) -> int:
    kind, code = names.get(text) or (_number(each, 255) for each in (*text.split("/"), "0")[:2])
    return kind << 8 | code


def _numbers(text: str) -> Sequence[Piece]:
    first, _, last = text.rpartition(":")[2].partition("-")
    low = _number(first, 65535)
    high = _number(last, 65535) if last else low
    return [(number, 16) for number in range(min(low, high), max(low, high) + 1)]


def _mark(text: str) -> Sequence[Piece]:
    return ((_number(text, 0xFFFFFFFF), 32),)


def _mac(text: str) -> Sequence[Piece]:
    digits = text.split(":")
    if len(digits) != 6:
        raise ElementError(f"{text} is no MAC address")
    return ((sum(_number(f"0x{each}", 255) << 40 - 8 * at for at, each in enumerate(digits)), 48),)


def shown(part: str, family: Family, value: int, length: int) -> str:
    """As `ipset save` prints it; the protocol as a number, since ipset takes both."""
    match part:
        case "ip":
            return str(IPv4Address(value) if family == 4 else IPv6Address(value))
        case "net":
            text = shown("ip", family, value, length)
            return text if length == ADDRESS_WIDTH[family] else f"{text}/{length}"
        case "port":
            return _port_shown(value >> 16, value & 0xFFFF, family)
        case "mark":
            return f"0x{value:08x}"
        case "mac":
            return value.to_bytes(6, "big").hex(":")
        case _:
            return str(value)


def _port_shown(protocol: int, port: int, family: Family) -> str:
    number = f"{port >> 8}/{port & 255}" if protocol == ICMP_OF[family] else str(port)
    return f"{NAMES.get(protocol, protocol)}:{number}"


NAMES = {number: name for name, number in reversed(PROTOCOLS.items())}
