"""Edges of ipsets: addresses that are in the same entries, as far as the other parts of an entry tell these apart."""

from collections.abc import Iterator

from backend.model.address import Family
from backend.model.firewall import IpSet, SetEntry
from backend.model.network import Router
from backend.policy.edges import Edge
from backend.policy.nesting import Row, flattened
from backend.sim.netfilter.sets.element import ElementError, prefix_mask, reader, width

ADDRESSES = frozenset(("ip", "net"))


def sets(router: Router, family: Family) -> Iterator[Edge]:
    for each in router.firewall.sets or ():
        if _family(each) == family:
            for at, part in enumerate(_parts(each)):
                if part in ADDRESSES:
                    yield from _edges(router.name, each, at, family)


def _parts(ipset: IpSet) -> list[str]:
    return ipset.type.partition(":")[2].split(",")


def _family(ipset: IpSet) -> Family:
    return 6 if _option(ipset, "family") == "inet6" else 4


def _option(ipset: IpSet, name: str) -> str:
    return next((option.values[0] for option in ipset.options if option.name == name and option.values), "")


def _edges(router: str, ipset: IpSet, at: int, family: Family) -> Iterator[Edge]:
    rows = (row for entry in ipset.entries for row in _rows(ipset, entry, at, family))
    yield from flattened(rows, ("set", router, ipset.name, at))


def _rows(ipset: IpSet, entry: SetEntry, at: int, family: Family) -> Iterator[Row]:
    """The kernel asks for the longest prefix first, so that its length counts where others disagree (nomatch)."""
    if at >= len(entry.elements):
        return
    try:
        pieces = reader("net", family)(entry.elements[at])
    except ElementError:
        return  # the simulator does not understand it either, and says so where it is met
    others = (*entry.elements[:at], *entry.elements[at + 1 :])
    mask = _mask(ipset, family)
    for value, length in pieces:
        open_bits = width("ip", family) - length
        low, high = value & mask, (value | (1 << open_bits) - 1) | ~mask & (1 << width("ip", family)) - 1
        yield low, high, (others, entry.is_nomatch)


def _mask(ipset: IpSet, family: Family) -> int:
    """Option netmask; bitmask may have gaps, and is taken as it is only where it has none."""
    bits = width("ip", family)
    text = _option(ipset, "netmask")
    return prefix_mask(int(text), bits) if text.isdigit() and int(text) <= bits else (1 << bits) - 1
