"""Which of its addresses a router takes for itself, as MASQUERADE and REDIRECT ask."""

from collections.abc import Iterator

from backend.model.address import Family
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Router

LINK_LOCAL = 0x3FA
UNUSABLE = frozenset(("tentative", "dadfailed"))


def first_address(router: Router, device: str, family: Family, destination: int) -> int | None:
    """The first one of the interface; of IPv6 one that reaches as far as the destination (nf_nat_redirect.c)."""
    for entry in _addresses(router, device, family):
        if family == 4:
            return int(entry.address)
        is_local, is_wanted_local = (number >> 118 == LINK_LOCAL for number in (int(entry.address), destination))
        if is_local is is_wanted_local and not UNUSABLE.intersection(entry.flags):
            return int(entry.address)
    return None


def source_towards(router: Router, device: str, family: Family, to: int) -> int | None:
    """inet_select_addr of net/ipv4/devinet.c, ipv6_dev_get_saddr of net/ipv6/addrconf.c."""
    return _source4(router, device, to) if family == 4 else _source6(router, device, to)


def _source4(router: Router, device: str, to: int) -> int | None:
    """A primary one whose subnet holds the next hop, else the first; else one of another interface."""
    first: int | None = None
    for entry in _addresses(router, device, 4):
        if "secondary" in entry.flags or entry.scope not in ("global", "site"):
            continue
        if _holds(entry, to):
            return int(entry.address)
        first = int(entry.address) if first is None else first
    if first is not None:
        return first
    others = (each for each in router.interfaces if each.name != device and not each.is_loopback)
    return next((int(a.address) for each in others for a in each.addresses if _is_global4(a)), None)


def _is_global4(entry: InterfaceAddress) -> bool:
    return entry.address.version == 4 and entry.scope == "global" and "secondary" not in entry.flags


def _source6(router: Router, device: str, to: int) -> int | None:
    """RFC 6724, section 5: the same address, the fitting scope, not deprecated, the interface that it leaves by, and
    the longest common prefix."""
    best: tuple[tuple[int, ...], int] | None = None
    for interface in _candidates(router, device, to):
        for entry in interface.addresses:
            if entry.address.version != 6 or UNUSABLE.intersection(entry.flags):
                continue
            number = int(entry.address)
            if interface.name != device and number >> 118 == LINK_LOCAL:
                continue
            score = (
                int(number == to),
                _scope_score(number, to),
                int("deprecated" not in entry.flags),
                int(interface.name == device),
                128 - (number ^ to).bit_length() if number >> 118 != LINK_LOCAL else 0,
            )
            if best is None or score > best[0]:
                best = (score, number)
    return best[1] if best is not None else None


def _candidates(router: Router, device: str, to: int) -> Iterator[Interface]:
    """Link-local destinations are reached from addresses of that link only."""
    for interface in router.interfaces:
        if interface.name == device or (to >> 118 != LINK_LOCAL and interface.is_up):
            yield interface


def _scope_score(number: int, to: int) -> int:
    """The smallest scope that reaches the destination; of those that do not, the largest."""
    mine, wanted = _scope(number), _scope(to)
    return 100 - mine if mine >= wanted else mine - 100


def _scope(number: int) -> int:
    return 2 if number >> 118 == LINK_LOCAL else 1 if number == 1 else 14


def _addresses(router: Router, device: str, family: Family) -> Iterator[InterfaceAddress]:
    for interface in router.interfaces:
        if interface.name == device:
            yield from (entry for entry in interface.addresses if entry.address.version == family)


def _holds(entry: InterfaceAddress, to: int) -> bool:
    open_bits = 32 - entry.prefix_length
    return int(entry.peer or entry.address) >> open_bits == to >> open_bits
