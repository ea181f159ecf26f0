"""Which of its addresses a router takes for itself, as MASQUERADE and REDIRECT ask."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Network
from itertools import chain

from backend.model.address import Family
from backend.model.interface import Interface, InterfaceAddress
from backend.model.network import Router

LINK_LOCAL = 0x3FA
SITE_LOCAL = 0x3FB
UNUSABLE = frozenset(("tentative", "dadfailed"))
NOT_PREFERRED = frozenset(("deprecated", "optimistic"))
LABELS = {
    IPv6Network(text): label
    for text, label in (
        ("::1/128", 0), ("::/96", 3), ("::ffff:0:0/96", 4), ("2001::/32", 6), ("2001:10::/28", 7), ("3ffe::/16", 12),
        ("2002::/16", 2), ("fec0::/10", 11), ("fc00::/7", 5),
    )
}  # fmt: skip
"""ip6addrlbl_init_table of net/ipv6/addrlabel.c; all else has 1."""
PREFIXES = [(128 - prefix.prefixlen, int(prefix.network_address), label) for prefix, label in LABELS.items()]


def first_address(router: Router, device: str, family: Family, destination: int) -> int | None:
    """The first one of the interface; for a link-local destination of IPv6, of those (nf_nat_redirect.c)."""
    for entry in _addresses(router, device, family):
        number = int(entry.address)
        if family == 4 or (_is_usable(entry) and (_is_link_local(number) or not _is_link_local(destination))):
            return number
    return None


def source_towards(router: Router, device: str, family: Family, to: int) -> int | None:
    """inet_select_addr of net/ipv4/devinet.c, ipv6_dev_get_saddr of net/ipv6/addrconf.c."""
    return _source4(router, device, to) if family == 4 else _source6(router, device, to)


def _source4(router: Router, device: str, to: int) -> int | None:
    """A primary one whose subnet holds the next hop, else the first; else one of another interface, also of lo."""
    own = _primary(_addresses(router, device, 4))
    fitting = [entry for entry in own if _holds(entry, to)]
    others = (entry for name in _domain(router, device) for entry in _primary(_addresses(router, name, 4)))
    best = next(chain(fitting, own, others), None)
    return int(best.address) if best is not None else None


def _primary(entries: Iterable[InterfaceAddress]) -> list[InterfaceAddress]:
    return [entry for entry in entries if entry.scope == "global" and "secondary" not in entry.flags]


def _domain(router: Router, device: str) -> Iterator[str]:
    """The interfaces of its VRF, and that itself first; of one that is in none, all that are in none."""
    vrfs = {interface.name: _vrf(router, interface) for interface in router.interfaces}
    wanted = vrfs.get(device, "")
    if wanted:
        yield wanted
    yield from (name for name, vrf in vrfs.items() if vrf == wanted)


def _vrf(router: Router, interface: Interface) -> str:
    return next((name for name in (interface.name, interface.master) if name in router.vrfs), None) or ""


def _source6(router: Router, device: str, to: int) -> int | None:
    """The best one, and of equals the first."""
    best: tuple[tuple[int, ...], int] | None = None
    for name in (device,) if _is_link_local(to) else _domain(router, device):
        for entry in _addresses(router, name, 6):
            if _is_usable(entry):
                score = _score(entry, to, is_own=name == device)
                if best is None or score > best[0]:
                    best = (score, int(entry.address))
    return best[1] if best is not None else None


def _score(entry: InterfaceAddress, to: int, is_own: bool) -> tuple[int, ...]:
    """Rule by rule ipv6_get_saddr_eval (RFC 6724, section 5)."""
    number = int(entry.address)
    scope, wanted = _scope(number), _scope(to)
    return (
        int(number == to),
        -scope if scope >= wanted else scope - 128,
        int(not NOT_PREFERRED.intersection(entry.flags)),
        int(is_own),
        int(_label(number) == _label(to)),
        int("temporary" not in entry.flags),
        min(128 - (number ^ to).bit_length(), entry.prefix_length),
    )


def _is_usable(entry: InterfaceAddress) -> bool:
    return "optimistic" in entry.flags or not UNUSABLE.intersection(entry.flags)


def _is_link_local(number: int) -> bool:
    return number >> 118 == LINK_LOCAL


def _scope(number: int) -> int:
    """The smaller, the less far it reaches; ::1 counts as one of the link (ipv6_addr_src_scope)."""
    return 2 if _is_link_local(number) or number == 1 else 5 if number >> 118 == SITE_LOCAL else 14


def _label(number: int) -> int:
    return next((label for open_bits, base, label in PREFIXES if number >> open_bits == base >> open_bits), 1)


def _addresses(router: Router, device: str, family: Family) -> Iterator[InterfaceAddress]:
    for interface in router.interfaces:
        if interface.name == device:
            yield from (entry for entry in interface.addresses if entry.address.version == family)


def _holds(entry: InterfaceAddress, to: int) -> bool:
    open_bits = 32 - entry.prefix_length
    return int(entry.peer or entry.address) >> open_bits == to >> open_bits
